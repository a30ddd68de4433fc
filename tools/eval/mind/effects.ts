// Whether a command that was run did what it says: the state before and after, as the shell's JSON shows it. Pure.
import type { Look } from "./observe.js";

export interface Ran {
  status: number;
  output: string;
  /** the machine was switched off or started anew by the command */
  ended: boolean;
  /** what the question after the command's own printed, where commands have one (EXTRA) */
  extra: string;
  before: Look;
  after: Look | undefined;
}

export interface Effect {
  ok: boolean;
  seen: string;
}

/** A line to run after the command, to see what the looks do not show. */
export function extraOf(command: string): string {
  if (/^memctl limits \S+ \S/.test(command)) return `memctl limits ${command.split(" ")[2]} --json`;
  if (command.startsWith("memctl ladder ")) return "memctl ladder --json";
  if (command.startsWith("schedctl shadow o")) return "schedctl shadow --json";
  if (/^schedctl (transformer (freeze|learn)|set-lr)/.test(command)) return "schedctl transformer --json";
  if (command.startsWith("modctl")) return "modctl list --json";
  return "true";
}

const good = (ok: boolean, seen: string): Effect => ({ ok, seen });
const processOf = (look: Look | undefined, pid: number) => look?.[1].processes.find((p) => p.pid === pid && p.state !== "Zombie" && p.state !== "Ending");

/** Whether a process belongs to another: it is the other, its parent's shell, or started by it. */
function related(look: Look, pid: number, killed: readonly number[]): boolean {
  const rows = look[1].processes;
  for (let p = rows.find((row) => row.pid === pid); p; p = rows.find((row) => row.pid === p?.parent)) if (killed.includes(p.pid)) return true;
  return rows.some((row) => killed.includes(row.pid) && row.parent === pid);
}

export function effectOf(command: string, ran: Ran): Effect {
  const words = command.split(" ");
  if (command === "poweroff" || command === "reboot") return good(ran.ended, ran.ended ? "the machine ended" : "the machine goes on");
  if (ran.ended || !ran.after) return good(false, "the machine is gone");
  if (words[0] === "run") return good(ran.status !== 126 && ran.status !== 127 && !/no such|unknown|cannot/.test(ran.output), `the program ended with ${ran.status}`);
  if (ran.status !== 0) return good(false, `status ${ran.status}: ${ran.output.trim().slice(0, 120)}`);
  const { before, after, extra } = ran;
  const json = () => JSON.parse(extra.trim().split("\n")[0] ?? "null") as Record<string, unknown>;
  switch (words[0]) {
    case "kill": {
      const pids = words
        .slice(1)
        .filter((word) => /^\d+$/.test(word))
        .map(Number);
      const left = pids.filter((pid) => processOf(after, pid));
      const lost = before[1].processes.filter((p) => processOf(before, p.pid) && !processOf(after, p.pid) && !pids.includes(p.pid) && !related(before, p.pid, pids));
      return good(
        left.length === 0 && lost.length === 0,
        left.length > 0 ? `${left.join(" ")} still there` : lost.length > 0 ? `${lost.map((p) => p.pid).join(" ")} gone, too` : "gone",
      );
    }
    case "renice": {
      const task = after[2].tasks.find((t) => t.pid === Number(words[2]));
      return good(task?.nice === Number(words[1]), `nice ${task?.nice}`);
    }
    case "memctl":
      return memctl(words, ran, json);
    case "schedctl":
      if (words[1] === "policy") return good(after[6].policy === words[2], `policy ${after[6].policy}`);
      if (words[1] === "transformer" && words[2] === "on") return good(after[6].policy === "transformer", `policy ${after[6].policy}`);
      if (words[1] === "transformer" && words[2] === "off") return good(after[6].policy !== "transformer", `policy ${after[6].policy}`);
      if (words[1] === "transformer" && (words[2] === "freeze" || words[2] === "learn"))
        return good(String(json()["mode"]).startsWith(words[2] === "learn" ? "learn" : "froz"), `mode ${json()["mode"]}`);
      if (words[1] === "shadow") return good(json()["on"] === (words[2] === "on") && (words[2] === "off" || json()["shadow"] === words[3]), `shadow ${json()["shadow"]}`);
      return good(true, "status 0");
    case "crashctl":
      if (words[1] === "auto") return good(after[3].automatic === (words[2] === "on"), `automatic ${after[3].automatic}`);
      if (words[1] === "tune") {
        const wanted = (words[2] as string).endsWith("%") ? Number.parseFloat(words[2] as string) / 100 : Number(words[2]);
        return good(Math.abs(after[3].thresholdPpm / 1e6 - wanted) < 1e-6, `threshold ${after[3].thresholdPpm} ppm`);
      }
      return good(true, "status 0");
    case "modctl": {
      const rows = (json()["modules"] ?? []) as { name: string; kind: string; state: string }[];
      if (words[1] === "swap")
        return good(
          rows.some((m) => m.name === words[2] && m.state === "active"),
          "modctl list",
        );
      if (words[1] === "unload") return good(!rows.some((m) => m.name === words[2]), "modctl list");
      if (words[1] === "fallback")
        return good(
          rows.some((m) => m.kind === words[2] && m.state === "active" && (m.name === "fallback" || m.name === "roundrobin")),
          "modctl list",
        );
      return good(true, "status 0");
    }
    default:
      return good(true, "status 0");
  }
}

function memctl(words: readonly string[], { before, after, output }: Ran, json: () => Record<string, unknown>): Effect {
  if (!after) return good(false, "the machine is gone");
  const last = processOf(after, Number(words.at(-1)));
  switch (words[1]) {
    case "protect":
      if (!last) return good(false, "no such process");
      if (words[2] === "--off") return good(!last.protected, `protected ${last.protected}`);
      if (words[2] === "--reserve") return good(last.reservePages === bytes(words[3] as string) / 4096, `${last.reservePages} pages reserved`);
      if (words[2] === "--oom-score") return good(last.oomScoreAdjust === Number(words[3]), `adjustment ${last.oomScoreAdjust}`);
      return good(last.protected, `protected ${last.protected}`);
    case "compact": {
      const [largest, was] = [after[0].largestFreePages, before[0].largestFreePages];
      return good(largest > was || was === 1024 || after[0].fragmentationPpm < before[0].fragmentationPpm || /nothing to do/.test(output), `largest ${was} → ${largest} pages`);
    }
    case "limits":
      return good(json()["value"] === Number(words[3]), `value ${json()["value"]}`);
    case "ladder": {
      const order = (json()["rungs"] as { rung: string; position: number }[]).filter((r) => r.position < 100).sort((a, b) => a.position - b.position);
      return good(order.map((r) => r.rung).join(" ") === words.slice(2).join(" "), order.map((r) => r.rung).join(" "));
    }
    default:
      return good(true, output.trim().split("\n")[0] ?? "status 0");
  }
}

/** 16M, 512K */
function bytes(size: string): number {
  const unit = { K: 1024, M: 1 << 20, G: 1 << 30 }[size.at(-1) as string] ?? 1;
  return Number.parseFloat(size) * unit;
}
