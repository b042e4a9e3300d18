import { useState } from 'preact/hooks';
import type { ProductionSummary } from '../../../server/api/types.ts';
import { api } from '../../api/api.ts';
import { announce } from '../../ui/announcer.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { useAction } from '../../ui/useAction.ts';
import { ProductionCard } from './ProductionCard.tsx';
import { usePagedList } from './usePagedList.ts';

/** All productions, newest first; renewed when the server says that the list changed. */
export function ProductionList() {
  const store = usePagedList(api.listProductions);
  const [doomed, setDoomed] = useState<ProductionSummary | undefined>(undefined);
  const items = store?.items.value;
  const failure = store?.failure.value;
  return (
    <section class="productions" aria-labelledby="productions-title">
      <h2 id="productions-title">Productions</h2>
      {failure ? (
        <FailureNotice
          title="The productions could not be fetched"
          failure={failure}
          onRetry={() => void store?.refresh()}
        />
      ) : null}
      {!items && !failure ? <ListWaiting /> : null}
      {items?.length === 0 ? <NothingYet /> : null}
      {items && items.length > 0 ? (
        <ul class="production-grid">
          {items.map(item => (
            <ProductionCard key={item.id} production={item} onDelete={() => setDoomed(item)} />
          ))}
        </ul>
      ) : null}
      {store?.more.value ? (
        <button type="button" class="button" onClick={() => void store.showMore()}>
          Show more
        </button>
      ) : null}
      {doomed ? (
        <DeleteDialog
          production={doomed}
          onClose={() => setDoomed(undefined)}
          onDeleted={() => {
            setDoomed(undefined);
            announce('The production was deleted.');
            void store?.refresh();
          }}
        />
      ) : null}
    </section>
  );
}

function ListWaiting() {
  return (
    <div class="production-grid" role="status">
      <span class="visually-hidden">The productions are being fetched</span>
      {[0, 1, 2].map(index => (
        <div key={index} class="skeleton" style={{ height: '15rem' }} />
      ))}
    </div>
  );
}

function NothingYet() {
  return (
    <div class="nothing-yet">
      <p>
        <strong>Nothing filmed yet.</strong>
      </p>
      <p class="soft">Describe a place above, or start from a video or a GLB of your own.</p>
    </div>
  );
}

function DeleteDialog(props: { production: ProductionSummary; onClose(): void; onDeleted(): void }) {
  const { production, onClose, onDeleted } = props;
  const action = useAction();
  return (
    <Dialog title="Delete this production?" onClose={onClose}>
      <p class="script">{production.prompt}</p>
      <p class="soft">Its takes, worlds and test runs go with it. This cannot be undone.</p>
      {action.failure ? <FailureNotice title="It was not deleted" failure={action.failure} /> : null}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
        <button
          type="button"
          class="button danger"
          disabled={action.busy}
          onClick={() =>
            action.run(async () => {
              await api.deleteProduction(production.id);
              onDeleted();
            })
          }
        >
          {action.busy ? 'Deleting…' : 'Delete'}
        </button>
      </div>
    </Dialog>
  );
}
