import { useEffect, useState } from 'preact/hooks';
import type { ProductionView } from '../../../server/api/types.ts';
import { api } from '../../api/api.ts';
import { live } from '../../api/live.ts';
import { openProduction, type ProductionStore } from '../../api/productionStore.ts';
import { announce } from '../../ui/announcer.tsx';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { replaceSearch, search } from '../../ui/router.ts';
import { NotFound } from '../NotFound.tsx';
import { PageWaiting } from '../PageWaiting.tsx';
import { IterationStages } from './IterationStages.tsx';
import { IterationTabs } from './IterationTabs.tsx';
import { ProductionHead } from './ProductionHead.tsx';

export function ProductionPage({ id }: { id: string }) {
  const [store, setStore] = useState<ProductionStore | undefined>(undefined);
  useEffect(() => {
    const opened = openProduction(id, live(), api.getProduction);
    setStore(opened);
    return () => opened.close();
  }, [id]);
  const production = store?.production.value;
  const failure = store?.failure.value;
  if (failure && (failure.status === 404 || failure.status === 400)) return <NotFound what="production" />;
  if (!store || !production) {
    if (!failure) return <PageWaiting what="The production is being fetched" />;
    return (
      <FailureNotice
        title="The production could not be fetched"
        failure={failure}
        onRetry={() => void store?.refresh()}
      />
    );
  }
  return <Production store={store} production={production} />;
}

function Production({ store, production }: { store: ProductionStore; production: ProductionView }) {
  const { iterations } = production;
  const wanted = Number(new URLSearchParams(search.value).get('iteration'));
  const shown = iterations.find(one => one.iteration === wanted) ?? iterations.at(-1);
  const job = store.job.value;
  const failure = store.failure.value;
  useEffect(() => {
    document.title = `${production.prompt.slice(0, 60)} · Sora Director`;
  }, [production.prompt]);
  useEffect(() => {
    if (job) announce(`${job.kind}: ${job.state}. ${job.message}`);
  }, [job?.id, job?.state, job?.stage]);
  return (
    <article class="production">
      <ProductionHead production={production} job={job} onChange={store.set} />
      {failure ? (
        <FailureNotice
          title="What you see may be out of date"
          failure={failure}
          onRetry={() => void store.refresh()}
        />
      ) : null}
      {shown ? (
        <>
          <div class="iterations">
            <IterationTabs
              production={production}
              shown={shown.iteration}
              onShow={iteration =>
                replaceSearch({
                  // The last one is what the address shows by itself, so that it follows as more are made.
                  iteration: iteration === iterations.at(-1)?.iteration ? undefined : String(iteration),
                })
              }
            />
          </div>
          <IterationStages
            key={shown.iteration}
            production={production}
            iteration={shown}
            job={job}
            onChange={next => {
              store.set(next);
              replaceSearch({ iteration: undefined });
            }}
          />
        </>
      ) : (
        <p class="nothing-yet soft">The first takes are about to be made.</p>
      )}
    </article>
  );
}
