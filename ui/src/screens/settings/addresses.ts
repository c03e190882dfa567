/** Whether an address leads back to the machine it is used on. */
export const isOnlyHere = (address: string): boolean => /^https?:\/\/(127\.|localhost\b|\[::1\])/.test(address);
