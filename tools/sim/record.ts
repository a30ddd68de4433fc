// What a replay records: each beat as the kernel sampled it, the policies' alarms, kills. Not the replay (replay.ts).
import { LAYOUT } from "../abi/index.js";

const SAMPLE = LAYOUT.MemorySample;

export interface PolicyTrack {
  name: string;
  /** times at which the policy began to warn: each after a beat at which it did not */
  alarmsMs: number[];
  /** … those that follow at least 60 s without a warning */
  separateAlarmsMs: number[];
  /** beats at which it warned, and at which it abstained */
  warnedBeats: number;
  abstainedBeats: number;
  /** first answer that the kernel would refuse; from then on it says nothing */
  fault: string | undefined;
  confidence: Float32Array | undefined;
}

export interface Kill {
  timeMs: number;
  pid: number;
}

export interface Beats {
  count: number;
  timeMs: Float64Array;
  freePages: Uint32Array;
  largestFreePages: Uint32Array;
  fragmentationPpm: Uint32Array;
  failures: Uint32Array;
  processes: Uint32Array;
  committedPages: Uint32Array;
  /** Of the beat: time in which somebody waited for memory and nobody could run. */
  stalledMs: Float64Array;
}

export interface Replay {
  id: string;
  family: string;
  managedPages: number;
  /** of the replay, in the episode's time */
  endMs: number;
  /** first out of memory */
  oomMs: number | undefined;
  kills: Kill[];
  beats: Beats;
  tracks: PolicyTrack[];
  /** when the kernel's own risk, by its champion, rose to WARNING or above */
  kernelWarningsMs: number[];
  compactions: number;
  pagesMoved: number;
  /** pages written by processes, and by those that were killed */
  pagesWritten: number;
  pagesLost: number;
  /** service times of the faults of the episode's processes, waits included: the start of each bucket in ns → how many */
  faultNs: [number, number][];
}

/** Beats as columns that grow. */
export class BeatLog {
  count = 0;
  #room = 512;
  timeMs = new Float64Array(this.#room);
  stalledMs = new Float64Array(this.#room);
  readonly columns = Array.from({ length: 6 }, () => new Uint32Array(this.#room));

  add(timeMs: number, stalledMs: number, row: DataView): void {
    if (this.count === this.#room) this.#grow();
    const f = SAMPLE.fields;
    const fields = [f.freePages, f.largestFreePages, f.fragmentationPpm, f.failures, f.processes, f.committedPages];
    this.timeMs[this.count] = timeMs;
    this.stalledMs[this.count] = stalledMs;
    for (let i = 0; i < fields.length; i++) (this.columns[i] as Uint32Array)[this.count] = row.getUint32((fields[i] as { offset: number }).offset, true);
    this.count++;
  }

  #grow(): void {
    this.#room *= 2;
    const bigger = (from: Float64Array) => {
      const to = new Float64Array(this.#room);
      to.set(from);
      return to;
    };
    this.timeMs = bigger(this.timeMs);
    this.stalledMs = bigger(this.stalledMs);
    this.columns.forEach((column, i) => {
      const wider = new Uint32Array(this.#room);
      wider.set(column);
      this.columns[i] = wider;
    });
  }

  done(): Beats {
    const [free, largest, fragmentation, failures, processes, committed] = this.columns.map((column) => column.slice(0, this.count)) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    return {
      count: this.count,
      timeMs: this.timeMs.slice(0, this.count),
      freePages: free,
      largestFreePages: largest,
      fragmentationPpm: fragmentation,
      failures,
      processes,
      committedPages: committed,
      stalledMs: this.stalledMs.slice(0, this.count),
    };
  }
}
