// Package recording writes down what the two sides of a call sent: the tap of a
// bridge becomes a timeline, the timeline a spool file, the spool file a sealed
// two-channel WAV with its SHA-256.
//
//	tap -> timeline -> spool/ (append-only, CRC'd records) -> seal (wav/) -> archive/
//
// It does not talk to the S3 service (archive) nor to the database (whoever
// opens recordings). Left is the agent's side, all that we sent to the customer;
// right is what the customer's side sent. Rules T-01, T-02, T-12; design 6.
//
// Nothing is dropped and nothing squeezed: every packet has its place on one
// timeline per call, counted in samples since the recorder was opened, on the
// server's monotonic clock. Gaps are silence. Where a packet lies is decided by its
// time stamp against the fastest packets of its source; at another source, at a
// leap of the time stamps and after a pause or a stall it is where it arrived,
// and what the second after that teaches is applied when the recording is sealed
// (timeline.go). A crash in that second leaves the sound where it arrived.
//
// Goroutines. A Recorder owns one writer, which takes what the tap has put into
// a bounded buffer every 100 ms: the media path never waits for the disk.
// A Spool owns one, which syncs the disk once a second. Close ends them.
package recording
