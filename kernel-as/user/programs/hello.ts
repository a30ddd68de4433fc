// hello [--exit STATUS] [NAME…]: greets each name, or the world. The smallest program in AssemblyScript that uses arguments, the
// environment (GREETING) and an exit status. An ordinary WASI program: it knows nothing of the kernel and runs anywhere.
const names = process.argv.slice(1);
let status = 0;
if (names.length > 1 && names[0] == "--exit") {
  status = <i32>parseInt(names[1]);
  names.splice(0, 2);
}
if (names.length == 0) names.push("world");
const greeting = process.env.has("GREETING") ? process.env.get("GREETING") : "Hello";
for (let i = 0; i < names.length; i++) console.log(`${greeting}, ${names[i]}!`);
if (status != 0) process.exit(status);
