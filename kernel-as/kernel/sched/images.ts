// The histories of program images, by content hash: how long requests and bursts of a program took, whichever task ran it. 256 rows; the least recently used one goes.
import { IMAGE_ROW_BINS, IMAGE_ROW_BYTES, ImageRow, SCHED_TASK_IMAGE_BINS } from "../../abi/layouts";
import { SCHED_BINS } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { fill } from "../../lib/bytes";
import { PPM } from "../../lib/fixed";
import { SCHED_IMAGES } from "../limits";
import { binOf, distance, micros, toward, weightOf } from "./smooth";
import { Task } from "./tasks";

/** Smoothing of what is known of an image: a plain mean of the first 63, then 1 ÷ 64. */
const SMOOTHING: u32 = 64;
const BINS_BYTES: u32 = SCHED_BINS * 4;

@unmanaged
class Image extends ImageRow {
  /** Bursts counted; a number that grows with each use. */
  burstCount: u32;
  used: u32;
  /** Smoothed mean of the most frames that its tasks held, and how many of them ended. */
  pages: u32;
  ends: u32;
}

let rows: usize = 0;
let uses: u32 = 0;

/** Bytes that the histories take of the arena. */
export const IMAGE_TABLE_BYTES: u32 = SCHED_IMAGES * <u32>offsetof<Image>() + 8;

/** False: the arena is exhausted. */
export function initImages(arena: Arena): bool {
  rows = arena.take(SCHED_IMAGES * offsetof<Image>());
  return rows != 0;
}

function imageAt(row: i32): Image {
  return changetype<Image>(rows + <usize>row * offsetof<Image>());
}

function binsAt(image: Image): usize {
  return changetype<usize>(image) + IMAGE_ROW_BINS;
}

// The row of a task's image, or −1. A task remembers where it found it.
function find(task: Task): i32 {
  if (task.imageRow >= 0 && imageAt(task.imageRow).image == task.image) return task.imageRow;
  task.imageRow = -1;
  if (task.image == 0) return -1;
  for (let row: i32 = 0; row < <i32>SCHED_IMAGES; row++) {
    if (imageAt(row).image != task.image) continue;
    task.imageRow = row;
    break;
  }
  return task.imageRow;
}

// The row of a task's image, made where there is none. Null where the task has no image.
function use(task: Task): Image | null {
  if (task.image == 0) return null;
  let row = find(task);
  if (row < 0) {
    row = 0;
    for (let other: i32 = 1; other < <i32>SCHED_IMAGES; other++) if (imageAt(other).used < imageAt(row).used) row = other;
    const image = imageAt(row);
    fill(changetype<usize>(image), 0, offsetof<Image>());
    image.image = task.image;
    task.imageRow = row;
  }
  const image = imageAt(row);
  image.used = ++uses;
  return image;
}

/** A burst of a task of this image ended. */
export function imageBurst(task: Task, ns: u64): void {
  const image = use(task);
  if (image == null) return;
  image.burstUs = toward(image.burstUs, micros(ns), weightOf(image.burstCount, SMOOTHING));
  image.burstCount++;
}

/** A request of a task of this image ended. */
export function imageRequest(task: Task, ns: u64, nowNs: u64): void {
  const image = use(task);
  if (image == null) return;
  const value = micros(ns);
  const weight = weightOf(image.requests, SMOOTHING);
  image.deviationUs = toward(image.deviationUs, distance(image.meanUs, value, image.requests), weight);
  image.meanUs = toward(image.meanUs, value, weight);
  image.requests++;
  image.lastNs = nowNs;
  // The hit bin gets what the others leave, so that the sum is exact.
  const bins = binsAt(image);
  const hit = binOf(ns);
  let others: u32 = 0;
  for (let bin: u32 = 0; bin < SCHED_BINS; bin++) {
    if (bin == hit) continue;
    const before = load<u32>(bins + (bin << 2));
    if (before == 0) continue;
    const share = before - before / weight;
    store<u32>(bins + (bin << 2), share);
    others += share;
  }
  store<u32>(bins + (hit << 2), PPM - others);
}

/** A task of this image ended, having held so many frames at the most. */
export function imageEnd(task: Task, mostPages: u32): void {
  const image = use(task);
  if (image == null || mostPages == 0) return;
  image.pages = toward(image.pages, mostPages, weightOf(image.ends, SMOOTHING));
  image.ends++;
}

/** Frames that tasks of this image hold as a rule; 0: none has ended yet. */
export function imagePages(task: Task): u32 {
  const row = find(task);
  return row < 0 ? 0 : imageAt(row).pages;
}

/** Writes what is known of a task's image into its row. An image without a history gets an empty one. */
export function describeImage(task: Task): void {
  const bins = changetype<usize>(task) + SCHED_TASK_IMAGE_BINS;
  const row = find(task);
  const image = row < 0 ? use(task) : imageAt(row);
  if (image == null) {
    task.imageRequests = 0;
    task.imageMeanUs = 0;
    task.imageDeviationUs = 0;
    task.imageBurstUs = 0;
    fill(bins, 0, BINS_BYTES);
    return;
  }
  task.imageRequests = image.requests;
  task.imageMeanUs = image.meanUs;
  task.imageDeviationUs = image.deviationUs;
  task.imageBurstUs = image.burstUs;
  memory.copy(bins, binsAt(image), BINS_BYTES);
}

/**
 * Fill an ImageRow.
 * @param from row to begin at
 * Returns the row that it is, or −1 where there is none from there on.
 */
export function fillImage(from: u32, at: usize): i32 {
  for (let row: u32 = from; row < SCHED_IMAGES; row++) {
    const image = imageAt(row);
    if (image.image == 0 || (image.requests == 0 && image.burstCount == 0)) continue;
    memory.copy(at, changetype<usize>(image), IMAGE_ROW_BYTES);
    return <i32>row;
  }
  return -1;
}

/** Forget every history. */
export function forgetImages(): void {
  fill(rows, 0, SCHED_IMAGES * offsetof<Image>());
  uses = 0;
}
