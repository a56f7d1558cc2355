type Child = Node | string | undefined;

/** An element with attributes and children; text is always text, never markup, as image references are anybody's. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

export function drawing<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill<One extends Element>(
  one: One,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly Child[],
): One {
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, String(value));
  one.append(...children.filter((child) => child !== undefined));
  return one;
}

/** An element of the page by its id. */
export function byId<One extends HTMLElement>(id: string, kind: new () => One): One {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no "${id}"`);
  return found;
}
