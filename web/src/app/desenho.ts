/** What draws: the door of the chunk of React. */
export { startTransition } from 'react';
export { createRoot } from 'react-dom/client';
