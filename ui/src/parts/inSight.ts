/** The chosen one of a short list stays in sight; use it as its `ref`. */
export const inSight = (element: HTMLElement | null): void => element?.scrollIntoView({ block: "nearest" });
