// What the mind reads and may write, for the tools under V8: the same code as in the service. tools/mind/words.ts is the other side. Imports nothing
// from a host. A host writes a State into the rows, by the names of the fields, and takes texts out of the buffer.
import { beginCheck, clearCheck, explainRuling, isRuled } from "./answer/check";
import { explain } from "./answer/explain";
import { Answer, readAnswer } from "./answer/read";
import { advance, beginCommand, beginLine, CURSOR_BYTES, Cursor, copyCursor, hasEnded } from "./grammar/cursor";
import { nextBytes } from "./grammar/next";
import { loadRules, prepareRules, rulesWrongLine } from "./grammar/rules";
import { encodedPieces, encodeState } from "./state/encode";
import { stateJson } from "./state/json";
import { encodeLong } from "./state/long";
import { cleanName, clearState, EVENT_FIELDS, eventAt, PROCESS_FIELDS, processAt, STATE_EVENTS, STATE_FIELDS, STATE_PROCESSES, state } from "./state/state";

const BUFFER_BYTES: u32 = 65_536;
const BUFFER: usize = memory.data(65536, 8);
const answer = changetype<Answer>(memory.data(24, 8));
if (offsetof<Answer>() > 24) ERROR("answer must have room for an Answer");

/** Where a host leaves bytes and finds them, and how many have room. */
export function words_buffer(): usize {
  return BUFFER;
}
export function words_capacity(): u32 {
  return BUFFER_BYTES;
}

/** Names of the fields of a State, a process, an event, as UTF-16 at the returned address; each field has 8 bytes, one in brackets 16 × u8. */
export function state_fields(): string {
  return STATE_FIELDS;
}
export function process_fields(): string {
  return PROCESS_FIELDS;
}
export function event_fields(): string {
  return EVENT_FIELDS;
}
export function state_processes(): u32 {
  return STATE_PROCESSES;
}
export function state_events(): u32 {
  return STATE_EVENTS;
}

/** Forgets the State and what was asked; returns its address. */
export function state_clear(): usize {
  clearCheck();
  clearState();
  return changetype<usize>(state);
}
/** Where it is. */
export function state_at(): usize {
  return changetype<usize>(state);
}
export function state_process(index: u32): usize {
  return changetype<usize>(processAt(index));
}
export function state_event(index: u32): usize {
  return changetype<usize>(eventAt(index));
}
/** Cleans `count` bytes of the buffer into a field of 16 bytes. */
export function state_name(count: u32, field: usize): void {
  cleanName(BUFFER, count, field);
}

/** The State's text into the buffer, behind a question of `count` bytes there; bytes. */
export function state_encode(mostPieces: i32, count: u32): u32 {
  return encodeState(mostPieces, BUFFER, count, BUFFER + count, BUFFER_BYTES - count);
}
/** Pieces that it has. */
export function state_pieces(): i32 {
  return encodedPieces();
}
/** The State in words into the buffer, behind a question of `count` bytes there; bytes. */
export function state_long(detail: i32, count: u32): u32 {
  return encodeLong(detail, BUFFER, count, BUFFER + count, BUFFER_BYTES - count);
}
/** The State as JSON into the buffer; bytes. */
export function state_json(): u32 {
  return stateJson(BUFFER, BUFFER_BYTES);
}

/** What is asked about the State: a question of `count` bytes of the buffer; grammar_prepare is due. Where that rules every answer out, the buffer says why: bytes. */
export function question_set(count: u32): u32 {
  beginCheck(BUFFER, count);
  return isRuled() ? explainRuling(BUFFER, BUFFER_BYTES) : 0;
}

// ---- the grammar

const CURSORS: u32 = 64;
const cursors: usize = memory.data(6144, 8);
if (<usize>CURSORS * CURSOR_BYTES != 6144) ERROR("cursors must have room for CURSORS");

/** Reads the shell's table, `count` bytes of the buffer. Status. */
export function grammar_load(count: u32): i32 {
  return loadRules(BUFFER, count);
}
export function grammar_wrong_line(): u32 {
  return rulesWrongLine();
}
/** Fits the rules to the State. Status. */
export function grammar_prepare(): i32 {
  return prepareRules();
}
/** One of CURSORS cursors at the start of a line, or of a command. */
export function cursor_begin(index: u32, command: bool): usize {
  const at = cursors + <usize>(index % CURSORS) * CURSOR_BYTES;
  if (command) beginCommand(changetype<Cursor>(at));
  else beginLine(changetype<Cursor>(at));
  return at;
}
export function cursor_copy(to: usize, from: usize): void {
  copyCursor(changetype<Cursor>(to), changetype<Cursor>(from));
}
/** Takes `count` bytes of the buffer; how many it took. */
export function cursor_take(at: usize, count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) if (!advance(changetype<Cursor>(at), load<u8>(BUFFER + i))) return i;
  return count;
}
export function cursor_ended(at: usize): bool {
  return hasEnded(changetype<Cursor>(at));
}
/** Leaves the bytes that may come next in the buffer; how many. */
export function cursor_next(at: usize): u32 {
  return nextBytes(changetype<Cursor>(at), BUFFER);
}

/** The sentence beside an answer line, `count` bytes of the buffer, for the State; into the buffer behind them. Its bytes; −1: no answer. */
export function explain_line(count: u32): i32 {
  if (!readAnswer(BUFFER, count, answer)) return -1;
  return <i32>explain(answer, BUFFER + count, BUFFER_BYTES - count);
}
