/** Begins what an effect says while it waits, by which it is told from all else that is written during an update. */
export const REMARK = "switchyard: ";
