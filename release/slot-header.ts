/**
 * Header that names a slot: in a request to the test listener the one that is to answer, in an answer the one that
 * gave it.
 */
export const SLOT_HEADER = "x-switchyard-slot";
