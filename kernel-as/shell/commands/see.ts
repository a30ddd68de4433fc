// Family "files": ls, stat, df, pwd, cd: what there is and where. Changes no file.
import { MOUNT_ROW_BYTES, MOUNT_ROW_PATH, MOUNT_ROW_TYPE, MountRow } from "../../abi/layouts";
import { FileType, Status, Topic } from "../../abi/numbers";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { Entry, FileInfo, fault, fileText, inside, listNames, normalize, readLink, statPath, typeText } from "../files";
import { Frame, pushFrame } from "../frames";
import { Json } from "../json";
import { done, fail, Labels, Table } from "../report";
import { RowReader, textAt } from "../rows";
import { Mode, session } from "../session";
import { Troubles } from "../stream";
import { streams, toConsole } from "../streams";
import { Command, Effect, flag, operand, register, Type } from "../table";
import { decimal, formatBytes, formatDate } from "../units";

const SCREEN_COLUMNS: i32 = 80;

export function registerSee(): void {
  register(
    new Command("ls", "files", Effect.Observe, "names in a directory", ls)
      .takes(operand("PATH", Type.Path, "files and directories").optional("the session's directory").many())
      .offers(flag("-l", "type, links, size, time changed, where a link leads"))
      .offers(flag("-a", "names that begin with a dot too"))
      .offers(flag("-R", "directories in directories too"))
      .offers(flag("-d", "a directory itself, not what is in it"))
      .offers(flag("-h", "with -l: sizes with units"))
      .offers(flag("-1", "one name a line")),
  );
  register(new Command("stat", "files", Effect.Observe, "what is known of files; a symbolic link is not followed", stat).takes(operand("PATH", Type.Path, "files").many()));
  register(
    new Command("df", "files", Effect.Observe, "file systems: size and use", df)
      .takes(operand("PATH", Type.Path, "only the one that holds it").optional(""))
      .offers(flag("-h", "sizes have units always")),
  );
  register(new Command("pwd", "files", Effect.Observe, "the directory where relative paths begin", pwd));
  register(
    new Command("cd", "files", Effect.Adjust, "set the directory where relative paths begin", cd)
      .takes(operand("DIR", Type.Path, "a directory; - for the one before").optional("/"))
      .byHand(),
  );
}

/** One directory, or the files named, a step. */
class ListFrame extends Frame {
  private json: Json | null = null;
  private troubles: Troubles;
  private folders: string[] = [];
  private begun: bool = false;
  private heads: bool = false;
  private told: i32 = 0;

  constructor(private given: Arguments) {
    super();
    this.troubles = new Troubles(given);
    if (given.json) this.json = new Json();
  }

  step(): bool {
    if (!this.begun) {
      this.begun = true;
      const json = this.json;
      if (json) json.object().key("entries").list();
      this.begin();
      return true;
    }
    if (this.folders.length == 0 || streams.failed < 0) {
      const json = this.json;
      if (json) json.endList().signed("status", this.troubles.status).endObject().end();
      session.status = this.troubles.status;
      return false;
    }
    this.tellFolder(this.folders.shift());
    return true;
  }

  private begin(): void {
    const paths = this.given.rest.length > 0 ? this.given.rest : ["."];
    const files: Row[] = [];
    for (let i = 0; i < paths.length; i++) {
      const info = statPath(paths[i], !this.given.has("-l") && !this.given.has("-d"));
      if (!info) this.trouble(paths[i]);
      else if (info.isDirectory && !this.given.has("-d")) this.folders.push(paths[i]);
      else files.push(new Row(paths[i], paths[i], info.type));
    }
    this.heads = this.folders.length > 1 || files.length > 0 || this.given.has("-R");
    if (files.length > 0) {
      this.told++;
      this.tell(files);
    }
  }

  private trouble(path: string): void {
    const json = this.json;
    const why = fault;
    if (json) {
      json.object().string("path", path).string("error", fileText(why)).endObject();
      this.troubles.status = 1;
    } else this.troubles.noteStatus(path, why);
  }

  private tellFolder(folder: string): void {
    const entries = listNames(folder);
    if (!entries) {
      this.trouble(folder);
      return;
    }
    const rows: Row[] = [];
    const below: string[] = [];
    for (let i = 0; i < entries.length; i++) {
      const entry: Entry = entries[i];
      if (entry.name.startsWith(".") && !this.given.has("-a")) continue;
      const path = inside(folder, entry.name);
      rows.push(new Row(entry.name, path, entry.type));
      if (this.given.has("-R") && entry.type == FileType.Directory) below.push(path);
    }
    if (this.heads && !this.json) {
      if (this.told > 0) printLine("");
      printLine(folder + ":");
    }
    this.told++;
    this.tell(rows);
    // depth first, as the names stand
    this.folders = below.concat(this.folders);
  }

  private tell(rows: Row[]): void {
    const json = this.json;
    if (json) for (let i = 0; i < rows.length; i++) rows[i].tellJson(json);
    else if (this.given.has("-l")) this.tellLong(rows);
    else if (session.mode == Mode.Interactive && toConsole() && !this.given.has("-1")) tellColumns(rows);
    else for (let i = 0; i < rows.length; i++) printLine(rows[i].name);
  }

  private tellLong(rows: Row[]): void {
    const table = new Table(["", ">", ">", "", ""]);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const info = statPath(row.path, false);
      if (!info) {
        this.trouble(row.path);
        continue;
      }
      const size = this.given.has("-h") ? formatBytes(info.bytes) : info.bytes.toString();
      const name = info.type == FileType.Link ? row.name + " -> " + readLink(row.path) : row.name;
      table.add([typeText(info.type), info.links.toString(), size, formatDate(info.modifiedNs), name]);
    }
    table.printRows();
  }
}

class Row {
  constructor(
    public name: string,
    public path: string,
    public type: FileType,
  ) {}

  tellJson(json: Json): void {
    const info = statPath(this.path, false);
    json.object().string("name", this.name).string("path", normalize(this.path));
    if (info) infoFields(json, info, this.path);
    else json.string("error", fileText(fault));
    json.endObject();
  }
}

function infoFields(json: Json, info: FileInfo, path: string): void {
  json
    .string("type", typeText(info.type))
    .pair("bytes", info.bytes)
    .pair("links", info.links)
    .pair("device", info.device)
    .pair("inode", info.inode)
    .pair("accessedNs", info.accessedNs)
    .pair("modifiedNs", info.modifiedNs)
    .pair("changedNs", info.changedNs);
  if (info.type == FileType.Link) json.string("target", readLink(path));
}

/** Names side by side, in columns from top to bottom; a directory ends with a slash. */
function tellColumns(rows: Row[]): void {
  const names: string[] = [];
  let width = 0;
  for (let i = 0; i < rows.length; i++) {
    const name = rows[i].type == FileType.Directory ? rows[i].name + "/" : rows[i].name;
    names.push(name);
    width = max(width, name.length + 2);
  }
  if (names.length == 0) return;
  const columns = max(1, SCREEN_COLUMNS / width);
  const lines = (names.length + columns - 1) / columns;
  for (let line = 0; line < lines; line++) {
    let text = "";
    for (let i = line; i < names.length; i += lines) text += i + lines < names.length ? names[i].padEnd(width) : names[i];
    printLine(text);
  }
}

function ls(given: Arguments): i32 {
  pushFrame(new ListFrame(given));
  return 0;
}

function stat(given: Arguments): i32 {
  const troubles = new Troubles(given);
  const json = new Json();
  if (given.json) json.object().key("files").list();
  for (let i = 0; i < given.rest.length; i++) {
    const path = given.rest[i];
    const info = statPath(path, false);
    if (given.json) {
      json.object().string("path", path);
      if (info) infoFields(json, info, path);
      else {
        json.string("error", fileText(fault));
        troubles.status = 1;
      }
      json.endObject();
    } else if (!info) troubles.noteStatus(path, fault);
    else {
      new Labels()
        .add("File", info.type == FileType.Link ? path + " -> " + readLink(path) : path)
        .add("Type", typeText(info.type))
        .add("Size", info.bytes.toString() + " bytes (" + formatBytes(info.bytes) + ")")
        .add("Links", info.links.toString())
        .add("Inode", info.inode.toString() + " of file system " + info.device.toString())
        .add("Accessed", formatDate(info.accessedNs))
        .add("Modified", formatDate(info.modifiedNs))
        .add("Changed", formatDate(info.changedNs))
        .print();
    }
  }
  if (given.json) json.endList().signed("status", troubles.status).endObject().end();
  return troubles.status;
}

function df(given: Arguments): i32 {
  const wanted = given.text("PATH");
  let holder = "";
  if (wanted != "") {
    if (!statPath(wanted, true)) return fail(given, wanted + ": " + fileText(fault));
    holder = mountOf(normalize(wanted));
  }
  const json = new Json();
  if (given.json) json.object().key("mounts").list();
  const table = new Table(["MOUNT", "TYPE", ">SIZE", ">USED", ">FREE", ">USE", ">FILES", ">MOST FILES", "ACCESS"]);
  const rows = new RowReader(Topic.Mounts, MOUNT_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const m = changetype<MountRow>(row);
    const path = textAt(row + MOUNT_ROW_PATH, 32);
    const type = textAt(row + MOUNT_ROW_TYPE, 16);
    if (wanted != "" && path != holder) continue;
    const free = m.limitBytes > m.usedBytes ? m.limitBytes - m.usedBytes : 0;
    if (given.json) {
      json
        .object()
        .string("path", path)
        .string("type", type)
        .boolean("writable", m.writable != 0);
      json.pair("limitBytes", m.limitBytes).pair("usedBytes", m.usedBytes).pair("files", m.files).pair("fileLimit", m.fileLimit).endObject();
      continue;
    }
    const share = m.limitBytes == 0 ? "-" : decimal(((m.usedBytes * 100) / m.limitBytes) as i64, 0) + " %";
    const most = m.fileLimit == 0 ? "-" : m.fileLimit.toString();
    table.add([path, type, formatBytes(m.limitBytes), formatBytes(m.usedBytes), formatBytes(free), share, m.files.toString(), most, m.writable != 0 ? "read, write" : "read"]);
  }
  if (given.json) json.endList().endObject().end();
  else table.print();
  return 0;
}

/** Path of the mount that holds a path: the longest that it begins with. */
function mountOf(path: string): string {
  let best = "";
  const rows = new RowReader(Topic.Mounts, MOUNT_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const mount = textAt(row + MOUNT_ROW_PATH, 32);
    if (mount.length <= best.length) continue;
    if (mount == "/" || path == mount || path.startsWith(mount + "/")) best = mount;
  }
  return best;
}

function pwd(given: Arguments): i32 {
  if (!given.json) printLine(session.directory);
  else new Json().object().string("directory", session.directory).endObject().end();
  return 0;
}

let directoryBefore: string = "/";

function cd(given: Arguments): i32 {
  const typed = given.text("DIR");
  const path = normalize(typed == "" ? "/" : typed == "-" ? directoryBefore : typed);
  const info = statPath(path, true);
  if (!info) return fail(given, typed + ": " + fileText(fault));
  if (!info.isDirectory) return fail(given, typed + ": " + fileText(Status.NotDirectory));
  directoryBefore = session.directory;
  session.directory = path;
  return done(given, typed == "-" ? path : "");
}
