import { otherSlot, type Slot } from "../slots";

/** How one request ended. Times are milliseconds of one clock that never goes back. */
export interface Answer {
  readonly began: number;
  readonly ended: number;
  /** What came in place of an answer: an error of the connection, no answer in time, a status of 500 or more. */
  readonly dropped?: string;
  /** What is wrong with an answer that is not the one that was asked for: of the new version alone, for the one before may not know the question. */
  readonly wrong?: string;
  /** The slot that gave it, where it says so. */
  readonly slot?: Slot;
}

/** All traffic was told to go elsewhere: from the first write to the last answer that all is written. */
export interface Turn {
  readonly began: number;
  readonly done: number;
}

/** What was done to a service while it was asked. */
export interface Course {
  /** The slot of the version that is delivered. */
  readonly live: Slot;
  /** @default it did not go back */
  readonly back?: Turn;
  /** @default it did not come forward again */
  readonly forward?: Turn;
}

/** Figures of one service. */
export interface Measure {
  readonly requests: number;
  readonly dropped: number;
  /** By what it is known which version answered: by each answer, or by the rule's weights alone. */
  readonly toldBy: "answers" | "weights";
  /** From the first write until the version before had all requests. @default it did not go back */
  readonly secondsBack?: number;
  /** From the first write until the new version had all requests again. @default it did not come forward again */
  readonly secondsForward?: number;
  /** Of requests to the new version while it had all traffic: how many, how many of them failed, and how long answers took. */
  readonly load: LoadMeasure;
}

export interface LoadMeasure {
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const isAnswered = ({ dropped }: Answer): boolean => dropped === undefined;

/** What the answers of one service come to. */
export function measure(answers: readonly Answer[], course: Course): Measure {
  const answered = answers.filter(isAnswered);
  const isTold = answered.length > 0 && answered.every(({ slot }) => slot !== undefined);
  const { live, back, forward } = course;
  const [secondsBack, secondsForward] = [
    back && seconds(back, turned(answers, back, live, forward?.began)),
    forward && seconds(forward, turned(answers, forward, otherSlot(live))),
  ];
  return {
    requests: answers.length,
    dropped: answers.length - answered.length,
    toldBy: isTold ? "answers" : "weights",
    ...(secondsBack !== undefined && { secondsBack }),
    ...(secondsForward !== undefined && { secondsForward }),
    load: loadOf(ofLive(answers, course)),
  };
}

/** When the last request began that still went where the traffic was to leave; when all was written, if that was later. */
export function turned(
  answers: readonly Answer[],
  { began, done }: Turn,
  left: Slot,
  until = Infinity,
): number {
  // One that ended after the next turn had begun may have been sent there by that.
  const late = answers.filter(
    (each) => each.slot === left && each.began >= began && each.ended < until,
  );
  return late.reduce((latest, each) => Math.max(latest, each.began), done);
}

/** Those of requests to the new version while it had all traffic, and nothing was being moved. */
export const ofLive = (answers: readonly Answer[], { back, forward }: Course): Answer[] =>
  answers.filter(
    ({ began, ended }) => ended < (back?.began ?? Infinity) || began >= (forward?.done ?? Infinity),
  );

const seconds = ({ began }: Turn, until: number): number => Math.round((until - began) / 10) / 100;

function loadOf(answers: readonly Answer[]): LoadMeasure {
  const took = answers
    .filter((each) => isAnswered(each) && each.wrong === undefined)
    .map(({ began, ended }) => ended - began)
    .sort((a, b) => a - b);
  // Nearest rank: a time that some answer really took.
  const percentile = (share: number): number =>
    Math.round(took[Math.max(0, Math.ceil(took.length * share) - 1)] ?? 0);
  return {
    requests: answers.length,
    failed: answers.length - took.length,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
  };
}
