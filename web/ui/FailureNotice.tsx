import type { ComponentChildren } from 'preact';

export interface Failure {
  code: string;
  message: string;
  suggestion?: string | undefined;
  requestId?: string | null | undefined;
}

/** What went wrong: its code, what happened, what to do. */
export function FailureNotice(props: {
  title: string;
  failure: Failure;
  onRetry?: (() => void) | undefined;
  children?: ComponentChildren;
}) {
  const { title, failure, onRetry, children } = props;
  return (
    <div class="notice error" role="alert">
      <strong>{title}</strong>
      <p>{failure.message}</p>
      {failure.suggestion ? <p class="soft">{failure.suggestion}</p> : null}
      <div class="row">
        <span class="code">
          {failure.code}
          {failure.requestId ? ` · request ${failure.requestId}` : ''}
        </span>
        {onRetry ? (
          <button type="button" class="button compact" onClick={onRetry}>
            Try again
          </button>
        ) : null}
        {children}
      </div>
    </div>
  );
}
