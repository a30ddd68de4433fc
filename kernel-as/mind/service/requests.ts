// What each request does, and whose question is next: askers in turn, each one's in the order in which they were asked.

import { isa } from "../../abi/nn";
import { Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Accepted, AskOptions, Model, Reply, Request, State } from "../../lib/llm-protocol";
import { budget, setBudget } from "./budget";
import { Client, clients } from "./clients";
import { figures } from "./figures";
import { Job } from "./job";
import { loadFault, loadModel, modelFiles, openBytes, openEngine, openName, ownBytes, standardModel, unloadModel } from "./models";
import { activeJob, begin } from "./work";

/** Questions of one asker that wait at most. */
const JOBS: i32 = 8;
const MOST_BUDGET: u32 = 1_000_000;

const accepted = changetype<Accepted>(memory.data(8, 8));
const model = changetype<Model>(memory.data(16, 8));
const state = changetype<State>(memory.data(56, 8));
if (offsetof<State>() !== 56) ERROR("a buffer is stale");

let nextId: u32 = 1;
/** The asker whose turn is next. */
let turn: i32 = 0;
let startedNs: u64 = 0;

/** Notes when the mind started. */
export function noteStart(): void {
  startedNs = sys.time_now();
}

/** Serves everything that was asked, and lets go who is gone. */
export function serveClients(): void {
  for (let i = 0; i < clients.length; i++) while (clients[i].take()) serve(clients[i]);
  for (let i = clients.length - 1; i >= 0; i--) {
    if (!clients[i].gone) continue;
    clients[i].close();
    clients.splice(i, 1);
    if (turn > i) turn--;
  }
}

function serve(client: Client): void {
  switch (client.kind) {
    case Request.Commands: {
      client.commands = client.body;
      client.send(Reply.Done, 0, 0);
      break;
    }
    case Request.Models: {
      sendModels(client);
      break;
    }
    case Request.Load: {
      load(client);
      break;
    }
    case Request.Unload: {
      if (activeJob() !== null) client.fail(0, Status.Busy, "a question is being answered: cancel it, or wait");
      else if (openEngine() === null) client.fail(0, Status.NotFound, "no model is loaded");
      else {
        unloadModel();
        client.send(Reply.Done, 0, 0);
      }
      break;
    }
    case Request.Status: {
      sendState(client);
      break;
    }
    case Request.Stats: {
      client.send(Reply.Figures, 0, 0, changetype<usize>(figures), 88);
      break;
    }
    case Request.Budget: {
      if (client.id > MOST_BUDGET) client.fail(0, Status.Range, "at most " + MOST_BUDGET.toString() + " tokens a second");
      else {
        setBudget(client.id);
        client.send(Reply.Done, 0, 0);
      }
      break;
    }
    case Request.Ask: {
      if (client.body.length < <i32>offsetof<AskOptions>()) client.fail(0, Status.Invalid, "a question without its options");
      else queue(client, false);
      break;
    }
    case Request.Infer: {
      if (client.commands.length === 0) client.fail(0, Status.Invalid, "a question about the machine needs the table of commands first");
      else queue(client, true);
      break;
    }
    case Request.Cancel: {
      cancel(client, client.id);
      break;
    }
    default:
      client.fail(0, Status.NotFound, "the mind does not know request " + client.kind.toString());
  }
}

function sendModels(client: Client): void {
  const files = modelFiles();
  const standard = standardModel(files);
  for (let i = 0; i < files.length; i++) {
    model.bytes = files[i].bytes;
    model.loaded = u32(openName() == files[i].name);
    model.standard = u32(standard == files[i].name);
    const name = String.UTF8.encode(files[i].name);
    client.send(Reply.Model, 0, 0, changetype<usize>(model), offsetof<Model>(), changetype<usize>(name), name.byteLength);
  }
  client.send(Reply.Done, 0, 0);
}

function load(client: Client): void {
  if (activeJob() !== null) {
    client.fail(0, Status.Busy, "a question is being answered: cancel it, or wait");
    return;
  }
  const from = sys.time_now();
  const status = loadModel(String.UTF8.decodeUnsafe(client.body.dataStart, client.body.length));
  if (status < 0) {
    client.fail(0, status, loadFault());
    return;
  }
  figures.loads++;
  figures.loadNs += sys.time_now() - from;
  client.send(Reply.Done, 0, 0);
}

function sendState(client: Client): void {
  const engine = openEngine();
  state.pid = <u32>sys.pid();
  state.busy = u32(activeJob() !== null);
  state.waiting = waiting();
  state.clients = clients.length;
  state.budget = budget();
  state.context = engine ? engine.context : 0;
  state.position = engine ? engine.position : 0;
  state.isa = <u32>isa();
  state.modelBytes = openBytes();
  state.memoryBytes = ownBytes();
  state.startedNs = startedNs;
  const name = String.UTF8.encode(openName());
  client.send(Reply.State, 0, 0, changetype<usize>(state), offsetof<State>(), changetype<usize>(name), name.byteLength);
}

function waiting(): i32 {
  let count = 0;
  for (let i = 0; i < clients.length; i++) count += clients[i].jobs.length;
  return count;
}

function queue(client: Client, infers: boolean): void {
  if (client.jobs.length >= JOBS) {
    client.fail(0, Status.Busy, JOBS.toString() + " questions wait on this connection already");
    return;
  }
  // An asker that has seen numbers of a mind before this one gets no number twice.
  nextId = max<u32>(nextId, client.id + 1);
  const job = new Job(nextId++, sys.time_now(), client.body, infers);
  accepted.ahead = waiting() + i32(activeJob() !== null);
  client.jobs.push(job);
  figures.questions++;
  client.send(Reply.Accepted, job.id, 0, changetype<usize>(accepted), offsetof<Accepted>());
}

function cancel(client: Client, id: u32): void {
  const active = activeJob();
  if (active !== null && active.id === id) {
    active.cancelled = true;
    client.send(Reply.Done, id, 0);
    return;
  }
  for (let i = 0; i < clients.length; i++) {
    for (let j = 0; j < clients[i].jobs.length; j++) {
      if (clients[i].jobs[j].id !== id) continue;
      clients[i].jobs[j].cancelled = true;
      client.send(Reply.Done, id, 0);
      return;
    }
  }
  client.fail(id, Status.NotFound, "no question " + id.toString() + " is asked or waits");
}

/** Takes up the next question. False: none waits. */
export function beginNext(): boolean {
  const count = clients.length;
  for (let i = 0; i < count; i++) {
    const index = (turn + i) % count;
    const client = clients[index];
    if (client.jobs.length === 0) continue;
    turn = (index + 1) % count;
    begin(client, client.jobs.shift());
    return true;
  }
  return false;
}
