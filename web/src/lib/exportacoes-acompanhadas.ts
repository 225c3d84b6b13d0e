/** Jobs whose end a dialog on screen shows; the shell does not tell of them again. */
export const acompanhadas = new Set<number>();
