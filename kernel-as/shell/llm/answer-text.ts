// What a model writes, on its way to a terminal: broken UTF-8 becomes U+FFFD, and a control character, which could steer the terminal, a question mark.
import { getU8 } from "../../lib/bytes";
import { print } from "../console";
import { Feed, Utf8Stream } from "../utf8";

export class AnswerText {
  private utf8: Utf8Stream = new Utf8Stream();
  /** nothing was printed, or a line end last */
  atLineStart: bool = true;

  add(from: usize, length: i32): void {
    for (let i = 0; i < length; i++) {
      const byte = getU8(from + i) as u8;
      let fed = this.utf8.feed(byte);
      if (fed == Feed.Again) {
        this.put(0xfffd);
        fed = this.utf8.feed(byte);
      }
      if (fed == Feed.Done) this.put(this.utf8.code);
      else if (fed == Feed.Broken) this.put(0xfffd);
    }
  }

  private put(code: u32): void {
    const control = (code < 0x20 && code != 0x0a && code != 0x09) || (code >= 0x7f && code < 0xa0);
    print(control ? "?" : String.fromCodePoint(code));
    this.atLineStart = code == 0x0a;
  }

  end(): void {
    if (this.utf8.open) this.put(0xfffd);
    this.utf8.reset();
    if (!this.atLineStart) print("\n");
  }
}
