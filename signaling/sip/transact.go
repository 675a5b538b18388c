package sip

import (
	"context"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// transact sends a request that is not an INVITE of a new call and returns its
// final response, or an error when none came within limit. A challenge is
// answered, at most twice. seq numbers each repetition (RFC 3261 22.2).
// resent, if not nil, gets retransmissions of a 2xx to a re-INVITE; the
// transaction then lives on to catch them.
func (l *line) transact(ctx context.Context, req *sipmsg.Request, seq func() uint32, limit time.Duration, resent func(*sipmsg.Response)) (*sipmsg.Response, error) {
	_, res, err := l.exchange(ctx, req, seq, limit, resent)
	return res, err
}

// exchange is transact, and returns the request that got the response too.
func (l *line) exchange(ctx context.Context, req *sipmsg.Request, seq func() uint32, limit time.Duration, resent func(*sipmsg.Response)) (*sipmsg.Request, *sipmsg.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for tries := 0; ; tries++ {
		if err := l.address(ctx, req); err != nil {
			return req, nil, err
		}
		res, err := l.once(ctx, req, resent)
		if err != nil || tries == maxAuthTries || l.Password == "" || !challenged(res) {
			return req, res, err
		}
		again := req.Clone() // the transaction may still send the old one
		if err := authorize(again, res, l.Username, l.Password); err != nil {
			return req, res, nil
		}
		again.CSeq().SeqNo = seq()
		req = again
	}
}

func (l *line) once(ctx context.Context, req *sipmsg.Request, resent func(*sipmsg.Response)) (*sipmsg.Response, error) {
	tx, err := l.ua.transactions().Request(ctx, req)
	if err != nil {
		return nil, transportError(err)
	}
	if resent == nil {
		defer tx.Terminate()
	} else {
		tx.OnRetransmission(resent)
	}
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, transportError(tx.Err())
		case <-ctx.Done():
			tx.Terminate()
			return nil, transportError(context.Cause(ctx))
		}
	}
}
