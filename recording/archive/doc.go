// Package archive stores sealed recordings in an S3 service with object lock
// and can say that they are there. It is the only home of the S3 client.
//
//	sealed --PUT, locked--> stored --HEAD--> verified --grace--> local copy goes
//	   ^---- not now: later, for ever ----'
//
// Rules T-01 (calls go on while the service is away, up to the spool's limit)
// and T-02 (COMPLIANCE retention per object, never the bucket's default, never
// shortened). What the service really enforces is measured by the WORM probe.
//
// Goroutines: an Uploader owns one uploading goroutine and one for probe and
// release; Stop ends and awaits both. A Client owns none.
package archive
