import { render } from 'preact';
import { Studio } from './studio/Studio.tsx';

const root = document.getElementById('app');
if (root) render(<Studio />, root);
