/** Name of a stack's topic, known without its state: whoever has another state, or none, alerts the same people. */
export const alertTopic = (project: string, stack: string): string => `${project}-${stack}-alerts`;
