// Package spool keeps the recordings of an instance on its local disk until
// they are stored: one directory per recording, with what it is about
// (meta.json) and an append-only log of CRC'd records (media.log).
//
// A write reaches the kernel at most 0.15 s after its packet (a killed process
// loses no more), and the whole spool is synced once a second (a power failure
// loses at most that and the time of one sync). The spool should have a file
// system of its own: syncfs flushes everything on it.
//
// A Spool owns one goroutine, the sync round. It knows nothing of timelines,
// WAV files or the S3 service.
package spool
