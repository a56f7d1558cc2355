/** The ARN of a function without a version or alias, as the source of a pattern whose only group is the function's name. */
const functionArn = String.raw`arn:[\w-]+:lambda:[\w-]+:\d{12}:function:([\w-]+)`;

/** Names of the functions whose ARNs are in a text, such as a definition: each once, in their order. */
export function functionNamesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(new RegExp(functionArn, "g"))].map(([, name = ""]) => name))];
}

/** ARNs of the function versions in a text: each once, in their order. */
export function functionVersionsIn(text: string): readonly string[] {
  return [...new Set(text.match(new RegExp(String.raw`${functionArn}:\d+`, "g")) ?? [])];
}
