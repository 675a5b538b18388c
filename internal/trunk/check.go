package trunk

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"time"

	"huifang/internal/call"
	"huifang/internal/problem"
)

// Limits of the settings.
const (
	maxCalls   = 10_000
	maxRate    = 1_000
	maxRank    = 65_535
	maxEntries = 50
)

// Check names every value that is not allowed, by its name in the API.
func Check(s Settings) []problem.Field {
	var wrong []problem.Field
	bad := func(at, format string, args ...any) {
		wrong = append(wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
	}
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`).MatchString(s.Name) {
		bad("name", "must have 1 to 40 of a-z, 0-9, dot, dash, underscore")
	}
	if !hostPort(s.Address) {
		bad("address", "must be host:port")
	}
	if !slices.Contains(Transports(), s.Transport) {
		bad("transport", "must be udp, tcp or tls")
	}
	if s.SRTP != "" && !slices.Contains(SRTPPolicies(), s.SRTP) {
		bad("srtp", "must be off, optional or mandatory")
	}
	if s.Domain != "" && !regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]{1,200}$`).MatchString(s.Domain) {
		bad("domain", "must be a host name or an address")
	}
	if len(s.Username) > 200 || regexp.MustCompile(`["\\\x00-\x1f]`).MatchString(s.Username) {
		bad("username", "must have at most 200 bytes without quotation marks")
	}
	number := regexp.MustCompile(`^\+?[0-9]{2,20}$`)
	prefix := regexp.MustCompile(`^\+?[0-9*#]{0,20}$`)
	if s.CallerID != "" && !number.MatchString(s.CallerID) {
		bad("caller_id", "must be a number")
	}
	for _, id := range s.CallerIDs {
		if !number.MatchString(id) {
			bad("caller_ids", "%q is no number", id)
		}
	}
	if s.ProbeNumber != "" && !number.MatchString(s.ProbeNumber) {
		bad("probe_number", "must be a number")
	}
	if !prefix.MatchString(s.StripPrefix) {
		bad("strip_prefix", "must be the beginning of a number")
	}
	if !prefix.MatchString(s.AddPrefix) {
		bad("add_prefix", "must be the beginning of a number")
	}
	for _, r := range s.Rewrites {
		if r.Prefix == "" || !prefix.MatchString(r.Prefix) || !prefix.MatchString(r.With) {
			bad("rewrites", "%q: both sides must be beginnings of numbers, the first not empty", r.Prefix)
		}
	}
	if s.Register && s.Username == "" && s.CallerID == "" {
		bad("register", "needs a user name or a caller id")
	}
	if s.RegisterExpires < 0 || s.RegisterExpires > 24*time.Hour {
		bad("register_expires_s", "must be at most a day")
	}
	if s.MaxCalls < 0 || s.MaxCalls > maxCalls {
		bad("max_calls", "must be 0 (no limit) to %d", maxCalls)
	}
	if !(s.CallsPerSecond >= 0 && s.CallsPerSecond <= maxRate) {
		bad("calls_per_second", "must be 0 (no limit) to %d", maxRate)
	}
	if s.Priority < 0 || s.Priority > maxRank {
		bad("priority", "must be 0 to %d", maxRank)
	}
	if s.Weight < 0 || s.Weight > maxRank {
		bad("weight", "must be 0 to %d", maxRank)
	}
	for at, list := range map[string][]string{"sources": s.Sources, "media_sources": s.MediaSources} {
		for _, text := range list {
			if !network(text) {
				bad(at, "%q is neither a network such as 10.0.0.0/24 nor an address", text)
			}
		}
	}
	for at, n := range map[string]int{"sources": len(s.Sources), "media_sources": len(s.MediaSources), "caller_ids": len(s.CallerIDs),
		"rewrites": len(s.Rewrites), "outcomes": len(s.Outcomes)} {
		if n > maxEntries {
			bad(at, "has more than %d entries", maxEntries)
		}
	}
	for code, o := range s.Outcomes {
		if code < 300 || code > 699 || !slices.Contains(call.Outcomes(), call.Outcome(o)) {
			bad("outcomes", "%d: %q is no outcome of a code from 300 to 699", code, o)
		}
	}
	slices.SortFunc(wrong, func(a, b problem.Field) int { return slices.Compare([]string{a.Location}, []string{b.Location}) })
	return wrong
}

func hostPort(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || host == "" {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

func network(s string) bool {
	if _, err := netip.ParsePrefix(s); err == nil {
		return true
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}
