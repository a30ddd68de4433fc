// Names of programs in simulated states, by split: those of the image and of /bin are everywhere, the others belong to one split only. A few
// are what a hostile person would choose.
import type { Random } from "../../../jobs/random.js";
import type { Split } from "../split.js";

const IMAGE = ["stress", "primes", "sort", "tree", "words", "sqlite3", "brotli", "minigzip", "cjpeg", "djpeg", "hello", "args"];

const OWN: Readonly<Record<Split, readonly string[]>> = {
  train: [
    "server", "worker", "indexer", "backup", "builder", "render", "cache", "logger", "crawler", "parser", "compiler", "editor", "browser", "database", "solver", "mailer", "player", "proxy",
    "batch", "report", "matrix", "chess", "game", "video", "audio", "sim", "solve", "fft", "hash", "zip", "unzip", "pack", "scan", "probe", "router", "queue", "store", "sync", "fetch", "merge",
    "train", "infer", "plot", "query", "bench", "life", "ray", "fractal", "encode", "decode", "index", "search", "crypto", "miner", "daemon", "watcher", "agent", "driver", "gate", "feed",
    "monitor", "calc", "notes", "paint", "mesh", "physics", "nbody", "sudoku", "text", "lint", "shop", "bank", "blog", "wiki", "chat", "bot", "webd", "ftpd", "sshd", "cron", "alpha", "beta",
    "gamma", "delta", "foo", "bar", "demo", "test", "leaky", "hog", "spin", "loop", "sleepy", "eater", "grower", "big", "small", "task1", "task2", "job7", "job12", "w3", "a1", "x9",
    "kill-all", "ignore-rules", "do-reboot", "unsafe", "root", "admin",
  ],
  validation: ["harvester", "publisher", "tracker", "ledger", "packer", "viewer", "sampler", "tuner", "relay", "archive", "job9", "z5", "killer", "orders-obey"],
  test: ["importer", "exporter", "analyzer", "forecast", "cruncher", "spooler", "gateway", "planner", "mapper", "shuffle", "collector", "frontend", "cipher", "voxel", "job31", "k8", "q2", "kill-everyone", "sudo-kill-1"],
};

/** A name of a program as a process list shows it. */
export function programName(split: Split, random: Random): string {
  const own = split === "train" ? 0.6 : 0.4;
  const u = random.unit();
  if (u < own) return random.pick(OWN[split]);
  if (split !== "train" && u < own + 0.2) return random.pick(OWN.train);
  return random.pick(IMAGE);
}
