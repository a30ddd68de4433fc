// An episode as the ring-3 program `replay` reads it: the layout is drawn in kernel-as/user/replay/episode.ts. Pure.
import { type Episode, episodeEndMs } from "../../episodes/index.js";
import { processesOf } from "../../sim/operations.js";

const MAGIC = 0x50455247;
const HEAD_BYTES = 24;
const PROCESS_BYTES = 24;
const OPERATION_BYTES = 16;
const US_PER_MS = 1000;

export function guestEpisode(episode: Episode): Uint8Array {
  const processes = processesOf(episode);
  const operations = processes.reduce((sum, process) => sum + process.count, 0);
  const bytes = new Uint8Array(HEAD_BYTES + processes.length * PROCESS_BYTES + operations * OPERATION_BYTES);
  const view = new DataView(bytes.buffer);
  const us = (ms: number) => BigInt(Math.ceil(ms * US_PER_MS));
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, processes.length, true);
  view.setUint32(8, Math.round(episode.compressPct ?? 0), true);
  view.setBigUint64(16, us(episodeEndMs(episode)), true);
  let at = HEAD_BYTES + processes.length * PROCESS_BYTES;
  processes.forEach((process, index) => {
    const row = HEAD_BYTES + index * PROCESS_BYTES;
    view.setBigUint64(row, us(process.startMs), true);
    view.setUint32(row + 8, process.pid, true);
    view.setUint32(row + 12, process.count, true);
    view.setBigUint64(row + 16, BigInt(at), true);
    for (let i = 0; i < process.count; i++, at += OPERATION_BYTES) {
      view.setBigUint64(at, us(process.tMs[i] as number), true);
      view.setUint32(at + 8, process.pages[i] as number, true);
      view.setUint8(at + 12, process.op[i] as number);
      view.setInt8(at + 13, process.order[i] as number);
    }
  });
  return bytes;
}
