/** What `pulumi preview --policy-pack policy` starts, in this folder. The program itself imports nothing from here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { parse } from "yaml";
import { policiesOf } from "./pack";
import { RULES } from "./rules";

// The pack has the version of the project, whose package.json is looked for in the working folder.
process.chdir(join(__dirname, ".."));

const exceptions: unknown = parse(readFileSync(join(__dirname, "exceptions.yaml"), "utf8"));

new PolicyPack("switchyard", {
  enforcementLevel: "mandatory",
  policies: policiesOf({ rules: RULES, exceptions, now: new Date() }),
});
