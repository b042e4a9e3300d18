import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import './studio/studio.css';
import { render } from 'preact';
import { Studio } from './studio/Studio.tsx';
import { followLinks } from './ui/router.ts';
import { applyTheme } from './ui/theme.ts';

applyTheme();
followLinks();
const root = document.getElementById('app');
if (root) render(<Studio />, root);
