export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment is not what the service needs. The message names variables, never a secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export interface IntegerRange {
  readonly min: number;
  readonly max: number;
  /** @default none: the variable is required */
  readonly fallback?: number;
}

export const SECRET_MIN_CHARACTERS = 16;

/** Reads variables one by one and reports everything that is wrong with them at once. */
export class EnvironmentReader {
  private readonly environment: Environment;
  private readonly problems: string[] = [];

  constructor(environment: Environment) {
    this.environment = environment;
  }

  matching(name: string, pattern: RegExp, allowed: string): string {
    const value = this.environment[name];
    if (value === undefined || value === "") this.reject(`${name} is not set: give ${allowed}`);
    else if (!pattern.test(value)) this.reject(`${name} is ${quote(value)}: give ${allowed}`);
    return value ?? "";
  }

  /** @param fallback what an unset variable means; none: the variable is required */
  oneOf<const T extends string>(name: string, choices: readonly [T, ...T[]], fallback?: T): T {
    const allowed = choices.map((choice) => `"${choice}"`).join(" or ");
    const value = this.environment[name];
    if (fallback !== undefined && (value === undefined || value === "")) return fallback;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      const state = value === undefined || value === "" ? "not set" : quote(value);
      this.reject(`${name} is ${state}: give ${allowed}`);
    }
    return found ?? choices[0];
  }

  integer(name: string, { min, max, fallback }: IntegerRange): number {
    const value = this.environment[name] ?? "";
    if (value === "" && fallback !== undefined) return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    const state = value === "" ? "not set" : quote(value);
    this.reject(`${name} is ${state}: give a whole number from ${min} to ${max}`);
    return min;
  }

  /** A problem with a secret is told without a character of it. */
  secret(name: string): string {
    const value = this.environment[name] ?? "";
    if (value.length >= SECRET_MIN_CHARACTERS) return value;
    const state = value === "" ? "not set" : "too short";
    this.reject(
      `${name} is ${state}: give a secret of ${SECRET_MIN_CHARACTERS} characters or more`,
    );
    return "";
  }

  reject(problem: string): void {
    this.problems.push(problem);
  }

  /** Call when all is read. */
  finish(): void {
    if (this.problems.length > 0) {
      throw new ConfigError(`bad environment: ${this.problems.join("; ")}`);
    }
  }
}

function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
