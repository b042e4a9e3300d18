import { useEffect, useState } from 'preact/hooks';
import { UploadDialog } from './UploadDialog.tsx';
import { broughtFile } from './uploads.ts';

/** Takes a file that is dropped anywhere on the page. */
export function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Entering a child fires before leaving its parent: the drag is over when all that was entered was left.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth++;
      setOver(true);
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const move = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      // One at a time: a file that is on its way is not thrown away for another.
      broughtFile.value ??= event.dataTransfer?.files[0];
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', move);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', move);
      removeEventListener('drop', drop);
    };
  }, []);
  const file = broughtFile.value;
  return (
    <>
      {over ? (
        <div class="drop-overlay">
          <p>
            <strong>Drop it.</strong> A video becomes a world; a GLB is tested as it is.
          </p>
        </div>
      ) : null}
      {file ? <UploadDialog file={file} onClose={() => (broughtFile.value = undefined)} /> : null}
    </>
  );
}
