import assert from "node:assert/strict";
import { releaseId } from "../../../release/release";
import { SettingsError } from "../../../release/errors";
import { parseSettings } from "../../../settings/parse";
import { changed, type Changes, type Draft } from "./sample-config";

export const DIGEST = `sha256:${"a".repeat(64)}`;

/** A release of these images, its id the right one. */
export function released(images: Record<string, string>, commit = "0123abc"): Draft {
  const content = { images, commit };
  return { id: releaseId(content), ...content };
}

/** Tests that the stage sample with changes is refused, and what the first problem says. */
export function refuses(title: string, changes: Changes, says: string): void {
  it(`refuses ${title}`, () => {
    assert.throws(
      () => parseSettings(changed(changes)),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.equal(error.message.split("\n")[0], says);
        return true;
      },
    );
  });
}
