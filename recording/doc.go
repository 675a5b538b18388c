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
// server's monotonic clock. Gaps are silence. A second of speech stands where it
// was heard: at the time it was spoken and the network's least delay. How:
//
//   - Each source (SSRC) has a place of its own; its packets stand by their time
//     stamps, from the fastest packet of its first second. Loss is silence.
//   - Time stamps that jump, forward or back, while the sequence numbers go on:
//     the source is placed anew where it arrives. Packets that cross the jump
//     stand by the old place.
//   - Packets that are overtaken, also over a round of the writer, go to their
//     own place: it is found by the time stamp, and the WAV is made at the end.
//   - Duplicates are counted and not written again.
//   - Packets that are suddenly late by more than 60 ms: after an outage they
//     catch up and stay by their time stamps; when they stay late for a second,
//     or until the next pause, the sender's clock stood still in a silence (or
//     the path became longer) and all of them move by the least lateness. The
//     marker bit says nothing here, some senders never set it.
//   - Drift is corrected by one sample a packet, repeated or overlapped, above
//     8 ms, and at once where there is silence. Nothing else is cut. A path that
//     became faster is followed in the same way, so speech is never run together.
//   - Comfort noise is not written: it is silence.
//
// What has to move is moved when the recording is sealed, by a record in the
// log; a crash may leave the last second before it unmoved. What seems to be late
// speech of a secure pause (Rule T-13) is silenced before that is known. The table of cases
// is the test of the simulated call.
//
// Goroutines. A Recorder owns one writer, which takes what the tap has put into
// a bounded buffer every 100 ms: the media path never waits for the disk.
// A Spool owns one, which syncs the disk once a second. Close ends them.
package recording
