// What `run` and a bare name of /bin mean: a Launch from the words, and running one in the foreground. No other command is known here.
import { Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { Arguments } from "./arguments";
import { Capture, setCapture } from "./capture";
import { Ended, reasonName } from "./children";
import { flush } from "./console";
import { absolute, isDirectory } from "./files";
import { Group } from "./group";
import { Json } from "./json";
import { Launch, moduleLaunch, preopenAll } from "./launch";
import { imagePrograms, modulePath, suggestion } from "./programs";
import { Pipe } from "./redirect";
import { complain } from "./report";
import { STATUS_CANNOT_RUN, STATUS_FAILED, STATUS_UNKNOWN, STATUS_USAGE, session } from "./session";
import { CAPTURED, NONE, streams } from "./streams";

/** Status of the error that `planRun` told. */
export let planStatus: i32 = 0;

function refuse(given: Arguments, text: string, status: i32): Launch | null {
  planStatus = complain(given.json, given.command.path + ": " + text, status);
  return null;
}

/** The process that `run …` asks for; null where it cannot be, which is told, and `planStatus` is the status. */
export function planRun(given: Arguments): Launch | null {
  const name = given.text("PROGRAM");
  const words: string[] = [name];
  const argv = words.concat(given.rest);
  let launch: Launch;
  if (imagePrograms().includes(name)) {
    launch = new Launch(name, argv);
    if (given.has("--dir")) return refuse(given, name + " is a program of the image: --dir is for WebAssembly files", STATUS_USAGE);
  } else {
    const path = modulePath(name);
    if (path == "") {
      if (isDirectory(name)) return refuse(given, name + ": is a directory", STATUS_CANNOT_RUN);
      const meant = suggestion(name, true);
      return refuse(given, name + ": no such program in the image, file, or name in /bin" + (meant == "" ? "" : "; did you mean " + meant + "?"), STATUS_UNKNOWN);
    }
    launch = moduleLaunch(absolute(path), argv);
    const directories = given.list("--dir");
    for (let i = 0; i < directories.length; i++) {
      const at = directories[i].indexOf("::");
      const host = at < 0 ? directories[i] : directories[i].substring(0, at);
      const guest = at < 0 ? directories[i] : directories[i].substring(at + 2);
      if (host == "" || guest == "") return refuse(given, "--dir: must be DIR or DIR::NAME, not " + directories[i], STATUS_USAGE);
      launch.preopen(guest, host);
    }
    if (directories.length == 0) preopenAll(launch);
  }
  const settings = given.list("--env");
  for (let i = 0; i < settings.length; i++) {
    if (settings[i].indexOf("=") < 1) return refuse(given, "--env: must be K=V, not " + settings[i], STATUS_USAGE);
    launch.setVariable(settings[i]);
  }
  launch.memoryMaxBytes = given.number("--mem", 0) as u64;
  launch.reserveBytes = given.number("--reserve", 0) as u64;
  launch.cpuPpm = given.number("--cpu", 0) as u32;
  if (given.has("--nice")) launch.nice = given.number("--nice", 0) as i32;
  launch.oomScoreAdjust = given.number("--oom-score", 0) as i32;
  return launch;
}

/** The process of a name in /bin, with its words. */
export function planNamed(path: string, words: string[]): Launch {
  const launch = moduleLaunch(path, words);
  preopenAll(launch);
  return launch;
}

/** An ExitInfo as JSON; the object stays open. */
export function endedFields(json: Json, how: Ended): Json {
  return json
    .object()
    .pair("pid", how.pid)
    .signed("status", how.status)
    .string("reason", reasonName(how.reason))
    .pair("peakPages", how.peakPages)
    .pair("detail", how.detail)
    .pair("cpuNs", how.cpuNs);
}

/** Runs a process and waits; says how it ended unless it exited by itself. With `json` its output is part of the answer. */
export function runLaunch(launch: Launch, prefix: string, json: bool): i32 {
  flush();
  const keeps = json ? new Capture() : null;
  const before = keeps ? setCapture(keeps) : null;
  const group = new Group(json);
  const started = startInto(launch, group, json);
  const status = started >= 0 ? group.wait() : started;
  if (keeps) setCapture(before);
  if (session.cancelled) return status as i32;
  if (started < 0) {
    const code = started == Status.NotFound ? STATUS_UNKNOWN : started == Status.Range ? STATUS_USAGE : STATUS_FAILED;
    return complain(json, prefix + launch.whyNot(started), code);
  }
  if (status < 0) return complain(json, prefix + "nothing is known of it any more", STATUS_FAILED);
  if (keeps && group.ends.length > 0) {
    const answer = new Json();
    endedFields(answer, group.ends[0]).bytes("output", keeps.start, keeps.length).pair("outputBytes", keeps.total).endObject().end();
  }
  return status as i32;
}

/** Starts it where this shell writes; what is captured goes through a pipe. */
function startInto(launch: Launch, group: Group, keep: bool): i64 {
  const pipe = new Pipe();
  const output = keep ? CAPTURED : streams.output;
  const error = keep ? CAPTURED : streams.error;
  if (output == CAPTURED || error == CAPTURED) {
    const made = pipe.make();
    if (made < 0) return made;
  }
  const pid = launch.start(streams.input, output == CAPTURED ? pipe.writer : output, error == CAPTURED ? pipe.writer : error);
  if (pipe.writer != NONE) sys.close(pipe.writer);
  if (pid < 0) {
    if (pipe.reader != NONE) sys.close(pipe.reader);
    return pid;
  }
  if (pipe.reader != NONE) group.drain(pipe.reader);
  group.add(pid as u32, launch.label, true);
  return pid;
}
