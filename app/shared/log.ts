export type Level = "info" | "warn" | "error";

/** Fields are chosen one by one by the caller: never a request, never the environment. */
export type Fields = Readonly<Record<string, string | number | boolean>>;

export type Log = (level: Level, message: string, fields?: Fields) => void;

/** One line of JSON for each event, as log collectors want it. */
export function createLog(write: (line: string) => void): Log {
  return (level, message, fields = {}) => {
    const time = new Date().toISOString();
    write(`${JSON.stringify({ level, msg: message, time, ...fields })}\n`);
  };
}
