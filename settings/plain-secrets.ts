const SECRET_NAME = /SECRET|PASSWORD|TOKEN|PRIVATE_KEY|API_KEY/i;
/** A key in PEM, an AWS access key id, an address with a password in it. */
const SECRET_VALUE =
  /-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|ASIA)[A-Z0-9]{16}\b|:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Whether an environment variable, by its name or its value, holds what nobody may read. */
export const looksSecret = (name: string, value: string): boolean =>
  SECRET_NAME.test(name) || SECRET_VALUE.test(value);
