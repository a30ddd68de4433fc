// The query system call: rows of a topic, filled one by one into a scratch buffer and copied out.
import { boot_region, program_info } from "../../abi/host";
import {
  ACCURACY_ROW_BYTES,
  DESCRIPTOR_ROW_BYTES,
  LADDER_LIMIT_ROW_BYTES,
  LADDER_ROW_BYTES,
  LEARNER_ROW_BYTES,
  MEM_REGION_BYTES,
  MEMORY_ROW_BYTES,
  MODULE_ROW_BYTES,
  MOUNT_ROW_BYTES,
  ORDER_ROW_BYTES,
  PREDICTION_ROW_BYTES,
  PRESSURE_ROW_BYTES,
  PROCESS_ROW_BYTES,
  PROGRAM_INFO_BYTES,
  SYSTEM_ROW_BYTES,
  WEIGHTS_ROW_BYTES,
  ZPOOL_ROW_BYTES,
} from "../../abi/layouts";
import { Status, Topic } from "../../abi/numbers";
import { copy, nameLength } from "../../lib/bytes";
import { readCounters, readHistograms, readLog, readTrace } from "../../obs";
import { commandLine, commandLineBytes } from "../boot";
import { fillDescriptorRow } from "../fs/descriptors";
import { fillMountRow } from "../fs/vfs";
import { fillLearnerRow } from "../learning";
import { SCRATCH_BYTES } from "../limits";
import { fillMemoryRow, fillOrderRow } from "../memory-rows";
import { copyOut } from "../mm/usercopy";
import { fillZpoolRow } from "../mm/zpool";
import { fillModuleRow, moduleFault } from "../module/registry";
import { fillPredictionRow } from "../policy";
import { predictAccuracy, predictHistory } from "../predict";
import { NO_SLOT, slotOf } from "../proc/process";
import { fillLadderLimitRow } from "../reclaim/policy";
import { fillLadderRow } from "../reclaim/rungs";
import { fillPressureRow } from "../reclaim/stall";
import { fillProcessRow, fillSystemRow } from "../rows";
import { fillWeightsRow } from "../weights";
import { fillSched } from "./sched";

const scratch: usize = memory.data(65536, 8);

export function sysQuery(slot: i32, topic: u32, start: u64, va: u64, capacity: u32): i64 {
  const room = capacity < SCRATCH_BYTES ? capacity : SCRATCH_BYTES;
  const bytes = fillTopic(topic, start, room);
  if (bytes <= 0) return bytes;
  const status = copyOut(slot, va, scratch, bytes);
  return status < 0 ? status : bytes;
}

function fillTopic(topic: u32, start: u64, room: u32): i32 {
  if (topic == Topic.Log) return readLog(start, scratch, room);
  if (topic == Topic.Trace) return readTrace(start, scratch, room);
  if (topic == Topic.History) return predictHistory(start, scratch, room);
  if (topic == Topic.Counters) return readCounters(start, scratch, room);
  if (topic == Topic.Histograms) return readHistograms(start, scratch, room);
  if (topic == Topic.CommandLine) return fillText(commandLine, commandLineBytes, start, room);
  if (topic == Topic.ModuleFault) return fillText(moduleFault(), <u32>nameLength(moduleFault(), 96), start, room);
  if (topic == Topic.Descriptors) return fillDescriptors(start, room);
  if (topic >= <u32>Topic.Tasks && topic <= <u32>Topic.Shadow) return fillSched(topic, start, scratch, room);
  const rowBytes = rowBytesOf(topic);
  if (rowBytes == 0) return Status.NotFound;
  let used: u32 = 0;
  for (let index = <u32>min<u64>(start, 0xffffffff); used + rowBytes <= room; index++) {
    memory.fill(scratch + used, 0, rowBytes);
    const more = fillRow(topic, index, scratch + used);
    if (more < 0) break;
    if (more > 0) used += rowBytes;
  }
  return used;
}

// start = pid « 32 | descriptor.
function fillDescriptors(start: u64, room: u32): i32 {
  const slot = slotOf(<u32>(start >> 32));
  if (slot == NO_SLOT) return Status.NotFound;
  let used: u32 = 0;
  for (let descriptor = <u32>start; used + DESCRIPTOR_ROW_BYTES <= room; descriptor++) {
    memory.fill(scratch + used, 0, DESCRIPTOR_ROW_BYTES);
    const more = fillDescriptorRow(slot, descriptor, scratch + used);
    if (more < 0) break;
    if (more > 0) used += DESCRIPTOR_ROW_BYTES;
  }
  return used;
}

function rowBytesOf(topic: u32): u32 {
  switch (topic) {
    case Topic.System:
      return SYSTEM_ROW_BYTES;
    case Topic.Memory:
      return MEMORY_ROW_BYTES;
    case Topic.Orders:
      return ORDER_ROW_BYTES;
    case Topic.Processes:
      return PROCESS_ROW_BYTES;
    case Topic.Modules:
      return MODULE_ROW_BYTES;
    case Topic.Prediction:
      return PREDICTION_ROW_BYTES;
    case Topic.Regions:
      return MEM_REGION_BYTES;
    case Topic.Programs:
      return PROGRAM_INFO_BYTES;
    case Topic.Mounts:
      return MOUNT_ROW_BYTES;
    case Topic.Accuracy:
      return ACCURACY_ROW_BYTES;
    case Topic.Zpool:
      return ZPOOL_ROW_BYTES;
    case Topic.Ladder:
      return LADDER_ROW_BYTES;
    case Topic.LadderLimits:
      return LADDER_LIMIT_ROW_BYTES;
    case Topic.Pressure:
      return PRESSURE_ROW_BYTES;
    case Topic.Learner:
      return LEARNER_ROW_BYTES;
    case Topic.Weights:
      return WEIGHTS_ROW_BYTES;
    default:
      return 0;
  }
}

// 1: filled; 0: nothing at this index, later ones may have; < 0: the end.
function fillRow(topic: u32, index: u32, row: usize): i32 {
  switch (topic) {
    case Topic.System:
      return index == 0 ? fillSystemRow(row) : -1;
    case Topic.Memory:
      return index == 0 ? fillMemoryRow(row) : -1;
    case Topic.Orders:
      return fillOrderRow(index, row);
    case Topic.Processes:
      return fillProcessRow(index, row);
    case Topic.Modules:
      return fillModuleRow(index, row);
    case Topic.Prediction:
      return index == 0 ? fillPredictionRow(row) : -1;
    case Topic.Regions:
      return boot_region(index, row) == Status.Ok ? 1 : -1;
    case Topic.Mounts:
      return fillMountRow(index, row);
    case Topic.Programs:
      return program_info(index, row) == Status.Ok ? 1 : -1;
    case Topic.Zpool:
      return index == 0 ? fillZpoolRow(row) : -1;
    case Topic.Ladder:
      return fillLadderRow(index, row);
    case Topic.LadderLimits:
      return fillLadderLimitRow(index, row);
    case Topic.Learner:
      return index == 0 ? fillLearnerRow(row) : -1;
    case Topic.Pressure:
      return index == 0 ? fillPressureRow(row) : -1;
    case Topic.Weights:
      return index == 0 ? fillWeightsRow(row) : -1;
    default: {
      if (index != 0) return -1;
      predictAccuracy(row);
      return 1;
    }
  }
}

function fillText(text: usize, count: u32, start: u64, room: u32): i32 {
  if (start >= count) return 0;
  const left = count - <u32>start;
  const bytes = left < room ? left : room;
  copy(scratch, text + <usize>start, bytes);
  return bytes;
}
