// Bench kernel: calls across the boundary: the module asks the host for each number. Twin: boundary.c.
// asc takes the file's name for the import's module.
declare function next(value: i32): i32;

export function run(n: i32): i32 {
  let value = 1;
  for (let i = 0; i < n; i++) value = next(value);
  return value;
}
