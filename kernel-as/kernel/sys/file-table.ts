// Where a system call of the families files, channel and mapping goes. The other families are table.ts.
import { Trap } from "../../abi/layouts";
import { Status, Sys } from "../../abi/numbers";
import { closeDescriptor } from "../fs/descriptors";
import { sysAccept, sysConnect, sysListen } from "./channels";
import {
  sysDuplicate,
  sysFdFlags,
  sysFdRead,
  sysFdReadAt,
  sysFdResize,
  sysFdStat,
  sysFdTimes,
  sysFdWrite,
  sysFdWriteAt,
  sysList,
  sysPipe,
  sysRenumber,
  sysSeek,
  sysSync,
} from "./files";
import { sysFileMap, sysFileUnmap } from "./mapping";
import { sysLink, sysMakeDirectory, sysOpen, sysPathStat, sysPathTimes, sysReadlink, sysRemove, sysRename, sysSymlink } from "./paths";
import { sysPoll } from "./poll";

export function fileCall(slot: i32, trap: Trap): i64 {
  const a = trap.args0;
  const b = trap.args1;
  const c = trap.args2;
  const d = trap.args3;
  const e = trap.args4;
  const f = trap.args5;
  switch (<u32>trap.number) {
    case Sys.Open:
      return sysOpen(slot, <i32>a, b, <u32>c, <u32>d);
    case Sys.Close:
      return closeDescriptor(slot, <i32>a);
    case Sys.Renumber:
      return sysRenumber(slot, <i32>a, <i32>b);
    case Sys.Duplicate:
      return sysDuplicate(slot, <i32>a);
    case Sys.FdRead:
      return sysFdRead(slot, <i32>a, b, <u32>c);
    case Sys.FdWrite:
      return sysFdWrite(slot, <i32>a, b, <u32>c);
    case Sys.FdReadAt:
      return sysFdReadAt(slot, <i32>a, b, <u32>c, d);
    case Sys.FdWriteAt:
      return sysFdWriteAt(slot, <i32>a, b, <u32>c, d);
    case Sys.Seek:
      return sysSeek(slot, <i32>a, <i64>b, <u32>c);
    case Sys.FdStat:
      return sysFdStat(slot, <i32>a, b);
    case Sys.FdFlags:
      return sysFdFlags(slot, <i32>a, <u32>b);
    case Sys.FdResize:
      return sysFdResize(slot, <i32>a, b);
    case Sys.FdTimes:
      return sysFdTimes(slot, <i32>a, b, c);
    case Sys.List:
      return sysList(slot, <i32>a, b, c, <u32>d);
    case Sys.PathStat:
      return sysPathStat(slot, <i32>a, b, <u32>c, <u32>d, e);
    case Sys.PathTimes:
      return sysPathTimes(slot, <i32>a, b, <u32>c, <u32>d, e, f);
    case Sys.MakeDirectory:
      return sysMakeDirectory(slot, <i32>a, b, <u32>c);
    case Sys.Remove:
      return sysRemove(slot, <i32>a, b, <u32>c, <u32>d);
    case Sys.Rename:
      return sysRename(slot, <i32>a, b, <u32>c, <i32>d, e, <u32>f);
    case Sys.Link:
      return sysLink(slot, <i32>a, b, <u32>c, <i32>d, e, <u32>f);
    case Sys.Symlink:
      return sysSymlink(slot, a, <u32>b, <i32>c, d, <u32>e);
    case Sys.Readlink:
      return sysReadlink(slot, <i32>a, b, <u32>c, d, <u32>e);
    case Sys.Pipe:
      return sysPipe(slot);
    case Sys.Poll:
      return sysPoll(slot, trap.nowNs, a, <u32>b, c);
    case Sys.Sync:
      return sysSync(slot, <i32>a);
    case Sys.Listen:
      return sysListen(slot, a, <u32>b);
    case Sys.Accept:
      return sysAccept(slot, <i32>a);
    case Sys.Connect:
      return sysConnect(slot, a, <u32>b);
    case Sys.FileMap:
      return sysFileMap(slot, <i32>a);
    case Sys.FileUnmap:
      return sysFileUnmap(slot);
    default:
      return Status.NotFound;
  }
}
