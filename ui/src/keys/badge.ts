/** Whether a scanner read a person's badge, as domain/badge.rs makes them: nothing that is on a pack begins like it. */
export const isBadge = (code: string): boolean => /^(\][A-Za-z][0-9A-Za-z])?PB\d{30}$/i.test(code.trim());
