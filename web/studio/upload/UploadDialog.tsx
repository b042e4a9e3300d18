import { useEffect, useRef, useState } from 'preact/hooks';
import type { UploadView, WorldView } from '../../../server/api/types.ts';
import { api } from '../../api/api.ts';
import { type ApiFailure, toApiFailure } from '../../api/apiFailure.ts';
import { upload } from '../../api/upload.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { navigate } from '../../ui/router.ts';
import { useAction } from '../../ui/useAction.ts';
import { bytes } from '../../ui/words.ts';
import { chooseFile, kindOfFile, promptFromName } from './uploads.ts';

const TEST_AGENTS = 16;

/** From a file to a production or a world: sends it, asks what is missing, goes there. */
export function UploadDialog({ file, onClose }: { file: File; onClose(): void }) {
  const kind = kindOfFile(file.name);
  if (!kind)
    return (
      <Dialog title="This file cannot be used" onClose={onClose}>
        <FailureNotice
          title={file.name}
          failure={{
            code: 'REQUEST_INVALID',
            message: 'By its name it is neither a video nor a GLB.',
            suggestion: 'Bring an MP4, MOV, WebM, Matroska or GIF video, or a world as .glb.',
          }}
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={kind === 'video' ? 'Start from your video' : 'Test your world'} onClose={onClose}>
      <Sending file={file} onClose={onClose} kind={kind} />
    </Dialog>
  );
}

function Sending({ file, kind, onClose }: { file: File; kind: 'video' | 'world'; onClose(): void }) {
  const [sent, setSent] = useState(0);
  const [uploaded, setUploaded] = useState<UploadView | undefined>(undefined);
  const [failure, setFailure] = useState<ApiFailure | undefined>(undefined);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setFailure(undefined);
    setSent(0);
    upload(file, {
      signal: stop.signal,
      onProgress: (done, total) => setSent(total > 0 ? done / total : 0),
    }).then(setUploaded, cause => {
      if (!stop.signal.aborted) setFailure(toApiFailure(cause));
    });
    return () => stop.abort();
  }, [file, attempt]);
  return (
    <>
      {failure ? (
        <FailureNotice
          title={`${file.name} was not taken`}
          failure={failure}
          onRetry={refused(failure) ? undefined : () => setAttempt(attempt + 1)}
        >
          <button
            type="button"
            class="button compact"
            onClick={() => {
              onClose();
              chooseFile();
            }}
          >
            Choose another file
          </button>
        </FailureNotice>
      ) : (
        <SendingProgress file={file} sent={uploaded ? 1 : sent} ready={uploaded !== undefined} />
      )}
      {failure && refused(failure) ? (
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
        </div>
      ) : (uploaded?.kind ?? kind) === 'video' ? (
        <VideoQuestions file={file} uploaded={uploaded} onClose={onClose} />
      ) : (
        <WorldQuestions uploaded={uploaded} onClose={onClose} />
      )}
    </>
  );
}

/** Sent again, the same file would be refused again. */
function refused({ status }: ApiFailure): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

function SendingProgress({ file, sent, ready }: { file: File; sent: number; ready: boolean }) {
  const percent = Math.floor(sent * 100);
  const words = ready
    ? 'received'
    : sent >= 1
      ? 'being looked at'
      : `${percent} % of ${bytes(file.size)} sent`;
  return (
    <div class="progress">
      <div class="progress-words">
        <span>{file.name}</span>
        <span class="figures">{words}</span>
      </div>
      <div
        class="progress-bar"
        role="progressbar"
        aria-label={`Sending ${file.name}`}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ transform: `scaleX(${sent})` }} />
      </div>
    </div>
  );
}

function VideoQuestions(props: { file: File; uploaded: UploadView | undefined; onClose(): void }) {
  const { file, uploaded, onClose } = props;
  const [prompt, setPrompt] = useState(() => promptFromName(file.name));
  const action = useAction();
  return (
    <form
      class="dialog-form"
      onSubmit={event => {
        event.preventDefault();
        if (!uploaded) return;
        action.run(async () => {
          const { id } = await api.createProduction({ prompt: prompt.trim(), uploadId: uploaded.id });
          onClose();
          navigate(`/productions/${id}`);
        });
      }}
    >
      <div class="field">
        <label class="label" for="video-prompt">
          What does it show?
        </label>
        <textarea
          id="video-prompt"
          class="input script"
          rows={3}
          maxLength={2000}
          required
          value={prompt}
          onInput={event => setPrompt(event.currentTarget.value)}
        />
        <span class="hint">A sentence is enough. It is what the next iterations are filmed from.</span>
      </div>
      {action.failure ? (
        <FailureNotice title="The production was not started" failure={action.failure} />
      ) : null}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="submit"
          class="button primary"
          disabled={!uploaded || action.busy || prompt.trim() === ''}
        >
          {uploaded ? 'Make it a world' : 'Waiting for the video…'}
        </button>
      </div>
    </form>
  );
}

function WorldQuestions({ uploaded, onClose }: { uploaded: UploadView | undefined; onClose(): void }) {
  const action = useAction();
  const world = useRef<WorldView | undefined>(undefined);
  const go = (withTest: boolean) =>
    action.run(async () => {
      if (!uploaded) return;
      // Asked again after a failed start of the test, the world is there already.
      world.current ??= await api.createWorld(uploaded.id);
      if (withTest) await api.createRun({ worldId: world.current.id, agents: TEST_AGENTS });
      onClose();
      navigate(`/worlds/${world.current.id}`);
    });
  return (
    <>
      <p class="soft">
        Agents walk wherever a body can, fall where there is a hole, get stuck where there is a trap, and pin
        what they find.
      </p>
      {action.failure ? <FailureNotice title="That did not work" failure={action.failure} /> : null}
      <div class="dialog-actions">
        <button type="button" class="button quiet" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="button" disabled={!uploaded || action.busy} onClick={() => go(false)}>
          Only walk in it
        </button>
        <button
          type="button"
          class="button primary"
          disabled={!uploaded || action.busy}
          onClick={() => go(true)}
        >
          Send {TEST_AGENTS} agents in
        </button>
      </div>
    </>
  );
}
