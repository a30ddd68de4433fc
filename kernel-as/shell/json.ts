// One line of JSON, written straight to the console as it is built. Not a parser; keys and nesting are the caller's care.
import { getU8 } from "../lib/bytes";
import { print } from "./console";
import { formatReal } from "./units";
import { Feed, Utf8Stream } from "./utf8";

export class Json {
  private comma: bool = false;
  private utf8: Utf8Stream = new Utf8Stream();

  private separate(): void {
    if (this.comma) print(",");
    this.comma = true;
  }
  private open(bracket: string): Json {
    this.separate();
    print(bracket);
    this.comma = false;
    return this;
  }
  private close(bracket: string): Json {
    print(bracket);
    this.comma = true;
    return this;
  }
  object(): Json {
    return this.open("{");
  }
  endObject(): Json {
    return this.close("}");
  }
  list(): Json {
    return this.open("[");
  }
  endList(): Json {
    return this.close("]");
  }
  /** The key of the value that follows. */
  key(name: string): Json {
    this.separate();
    print(quoteJson(name) + ":");
    this.comma = false;
    return this;
  }
  text(value: string): Json {
    this.separate();
    print(quoteJson(value));
    return this;
  }
  number(value: i64): Json {
    this.separate();
    print(value.toString());
    return this;
  }
  natural(value: u64): Json {
    this.separate();
    print(value.toString());
    return this;
  }
  truth(value: bool): Json {
    this.separate();
    print(value ? "true" : "false");
    return this;
  }
  /** `"key": value` in one call. */
  pair(name: string, value: u64): Json {
    return this.key(name).natural(value);
  }
  signed(name: string, value: i64): Json {
    return this.key(name).number(value);
  }
  /** A number with `places` digits after the point; null where it is not finite or past 10^15. */
  real(name: string, value: f64, places: i32): Json {
    this.key(name).separate();
    const text = formatReal(value, places);
    print(text == "-" ? "null" : text);
    return this;
  }
  string(name: string, value: string): Json {
    return this.key(name).text(value);
  }
  boolean(name: string, value: bool): Json {
    return this.key(name).truth(value);
  }
  /** A text of bytes: broken UTF-8 becomes U+FFFD. */
  bytes(name: string, from: usize, length: i32): Json {
    this.key(name).openText().addBytes(from, length);
    return this.closeText();
  }
  /** A text that comes in parts, as bytes of UTF-8. */
  openText(): Json {
    this.separate();
    this.utf8.reset();
    print('"');
    return this;
  }
  addBytes(from: usize, length: i32): Json {
    for (let i = 0; i < length; i++) {
      const byte = getU8(from + i) as u8;
      let fed = this.utf8.feed(byte);
      if (fed == Feed.Again) {
        print("\ufffd");
        fed = this.utf8.feed(byte);
      }
      if (fed == Feed.Done) printQuoted(this.utf8.code);
      else if (fed == Feed.Broken) print("\ufffd");
    }
    return this;
  }
  closeText(): Json {
    if (this.utf8.open) print("\ufffd");
    print('"');
    return this;
  }
  /** Ends the line. */
  end(): void {
    print("\n");
  }
}

const HEX = "0123456789abcdef";

/** A character inside a text. */
function printQuoted(code: u32): void {
  if (code == 0x22) print('\\"');
  else if (code == 0x5c) print("\\\\");
  else if (code == 0x0a) print("\\n");
  else if (code == 0x09) print("\\t");
  else if (code < 0x20 || code == 0x7f) print("\\u00" + HEX.charAt(code >> 4) + HEX.charAt(code & 15));
  else print(String.fromCodePoint(code));
}

function quoteJson(text: string): string {
  let out = '"';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x20 && code != 0x22 && code != 0x5c && code != 0x7f) continue;
    out += text.substring(from, i);
    from = i + 1;
    if (code == 0x22) out += '\\"';
    else if (code == 0x5c) out += "\\\\";
    else if (code == 0x0a) out += "\\n";
    else if (code == 0x09) out += "\\t";
    else out += "\\u00" + HEX.charAt(code >> 4) + HEX.charAt(code & 15);
  }
  return out + text.substring(from) + '"';
}
