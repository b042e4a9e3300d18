import { useEffect } from 'preact/hooks';
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
        </div>
        <PromptForm />
      </section>
      <ProductionList />
    </>
  );
}
