/** As the server takes, bytes. */
export const ENVIO_MAX = 20 * 1024 * 1024;
