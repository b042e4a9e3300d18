declare module 'three/examples/jsm/libs/basis/basis_transcoder.js' {
  const instantiate: import('../../../engine/world/transcodeKtx2.ts').InstantiateBasis;
  export default instantiate;
}
