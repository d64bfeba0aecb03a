import { createServer } from 'node:http';

// The floor of ingest: read, parse, answer. No key, no check, nothing kept.
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { seq } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"acknowledgedSeq":${seq}}`);
  });
}).listen(0, '127.0.0.1', () => process.send?.(server.address()));
