// Package tone makes the sounds that the server itself plays, as A-law at 8 kHz
// mono: the hold tone, the local ring tone, the busy tone, and the recording
// notice of Rule T-12.
//
// It is samples only: it sends nothing and owns no goroutine (the pacing is
// media.Bridge's). All functions are safe for concurrent use. The slices of
// [Hold], [Ringback] and [Busy] are shared by all callers and must not be
// written to.
//
// The default notices under prompts/ were made with espeak-ng 1.51 (voice
// cmn-latn-pinyin for the Chinese sentence: the voice cmn of that release reads
// the pinyin of it as if it were English) and brought to telephone band with
// sox:
//
//	espeak-ng -v cmn-latn-pinyin -s 160 -w raw.wav 您好，本次通话将被录音。
//	espeak-ng -v en -s 150 -w raw.wav "Hello. This call is recorded."
//	sox -v 0.5 raw.wav -r 8000 -c 1 -e a-law out.wav highpass 120 lowpass 3600 \
//	    compand 0.02,0.2 6:-60,-60,-30,-20,0,-10 norm -4 \
//	    silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse pad 0.15 0.25
//
// The sentences of waiting customers under prompts/queue were made likewise.
//
// They are a usable default; an organisation replaces them with a recorded
// voice through the configuration ([LoadWAV]).
package tone
