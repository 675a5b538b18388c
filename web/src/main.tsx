import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startTexts } from './i18n';
import './app/styles.css';

startTexts();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
