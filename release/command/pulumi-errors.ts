import { CommandFailure, type FailureKind, UnknownStack } from "./failure";

interface Known {
  readonly text: RegExp;
  readonly kind: FailureKind;
  readonly message: string;
  readonly action: string;
}

/** What Pulumi says, and what it means; `$1` and so on stand for the groups, STACK for the stack. */
const KNOWN: readonly Known[] = [
  {
    text: /locked by \d+ lock\(s\)[^]*?created by (\S+) \(pid (\d+)\) at ([^\s'"]+)/,
    kind: "refused",
    message: "STACK is being updated by $1 (process $2) since $3",
    action: "wait until it is done; if that process is gone, run `pulumi cancel -s STACK`",
  },
  {
    text: /currently locked by|Another update is currently in progress/,
    kind: "refused",
    message: "another update of STACK is in progress",
    action: "wait until it is done; if whoever began it is gone, run `pulumi cancel -s STACK`",
  },
  {
    text: /passphrase must be set/,
    kind: "mistake",
    message: "STACK's secrets are encrypted with a passphrase, and none is set",
    action:
      "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it",
  },
  {
    text: /incorrect passphrase/,
    kind: "mistake",
    message: "the passphrase is not the one that STACK's secrets are encrypted with",
    action: "correct PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  },
  {
    text: /PULUMI_ACCESS_TOKEN must be set|not (?:yet )?logged in|invalid access token|\[401\]/,
    kind: "mistake",
    message: "you are not logged in to a Pulumi backend",
    action: "run `pulumi login`, or set PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN",
  },
  {
    text: /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|no valid credential sources|NoCredentialProviders|failed to refresh cached credentials|Unable to locate credentials|No valid credential/,
    kind: "failed",
    message: "AWS does not accept the credentials, or there are none",
    action:
      "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, of the account of STACK",
  },
  {
    text: /unable to open bucket|could not (?:list|read) bucket|unable to check if bucket|(?:api\.pulumi\.com|bucket)[^\n]*(?:dial tcp|no such host)/,
    kind: "failed",
    message: "Pulumi's backend can't be reached",
    action: "look at `pulumi whoami -v` and PULUMI_BACKEND_URL",
  },
  {
    text: /failed to load checkpoint: EOF/,
    kind: "refused",
    message: "Pulumi can't read STACK: a killed run has left an empty .attrs file beside its state",
    action:
      "run `find .pulumi -name '*.attrs' -empty -delete` in the backend's folder, and end PULUMI_BACKEND_URL in ?metadata=skip, which writes none",
  },
  {
    text: /no space left on device|ENOSPC/,
    kind: "failed",
    message: "the disk is full",
    action: "make room, then run the same again",
  },
];

/** What a failed call of Pulumi means for the user, from what Pulumi wrote. */
export function explainPulumi(output: string, stack: string, cause?: unknown): CommandFailure {
  const text = output.replaceAll(/<\{%.*?%\}>/g, "");
  if (/no stack named .* found/.test(text)) return new UnknownStack(stack, cause);
  for (const known of KNOWN) {
    const match = known.text.exec(text);
    if (!match) continue;
    const fill = (template: string): string =>
      template
        .replaceAll(/\$(\d)/g, (_all, index: string) => match[Number(index)] ?? "?")
        .replaceAll("STACK", stack);
    return new CommandFailure(known.kind, fill(known.message), fill(known.action), cause);
  }
  return new CommandFailure("failed", `pulumi: ${errorLines(text)}`, undefined, cause);
}

/** What stands behind `error:`, or everything where nothing does. */
function errorLines(text: string): string {
  const errors = text.split("\n").filter((line) => line.startsWith("error: "));
  const lines = errors.map((line) => line.slice("error: ".length).trim());
  return lines.join("\n") || text.trim() || "failed without saying why";
}
