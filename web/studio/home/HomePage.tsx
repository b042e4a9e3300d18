import { useEffect } from 'preact/hooks';
import { chooseFile } from '../upload/uploads.ts';
import { OwnWorlds } from './OwnWorlds.tsx';
import { ProductionList } from './ProductionList.tsx';
import { PromptForm } from './PromptForm.tsx';

export function HomePage() {
  useEffect(() => {
    document.title = 'Sora Director';
  }, []);
  return (
    <>
      <section class="opening">
        <div>
          <h1>Describe a place.</h1>
          <p class="soft">
            It is filmed, rebuilt as a world you can walk in, tested by agents, and rewritten from what they
            find.
          </p>
          <p class="own-file soft">
            Or drop a video or a GLB of your own anywhere on the page –{' '}
            <button type="button" class="text-button" onClick={chooseFile}>
              choose a file
            </button>
          </p>
        </div>
        <PromptForm />
      </section>
      <ProductionList />
      <OwnWorlds />
    </>
  );
}
