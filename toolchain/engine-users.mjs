// @ts-check
/**
 * Who uses the Docker engine that was started here: a file a process, named by its id and by when it
 * began, so that another process that gets the id later is not taken for it (proc_pid_stat(5)).
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @param {number} pid @returns {string | undefined} nothing if there is no such process, or it has ended */
function beginOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name comes in brackets and may hold anything; the fields behind it don't.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** @param {string} folder @param {number} pid @returns {() => void} ends it */
export function addUser(folder, pid = process.pid) {
  mkdirSync(folder, { recursive: true });
  const lease = join(folder, `${pid}-${beginOf(pid)}`);
  writeFileSync(lease, "");
  return () => rmSync(lease, { force: true });
}

/** @param {string} folder @returns {number} how many there are; those that are gone are forgotten */
export function countUsers(folder) {
  let count = 0;
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [pid, begin] = name.split("-");
    if (begin !== undefined && beginOf(Number(pid)) === begin) count++;
    else rmSync(join(folder, name), { force: true });
  }
  return count;
}
