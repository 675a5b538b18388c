package httpapi

import "time"

// Token is an API token; its secret is not part of it (Rule C-22).
type Token struct {
	ID         ID           `json:"id"`
	Name       string       `json:"name"`
	Prefix     string       `json:"prefix" doc:"How its secret begins"`
	Scopes     List[string] `json:"scopes"`
	PerMinute  int          `json:"per_minute" doc:"Requests it may make, on each instance"`
	CreatedAt  time.Time    `json:"created_at"`
	CreatedBy  Ref          `json:"created_by"`
	ExpiresAt  time.Time    `json:"expires_at"`
	LastUsedAt *time.Time   `json:"last_used_at" nullable:"true" doc:"To the minute"`
	LastIP     string       `json:"last_ip"`
	RevokedAt  *time.Time   `json:"revoked_at" nullable:"true"`
}

// Tokens are all of them, the newest first.
type Tokens struct {
	Tokens List[Token]  `json:"tokens"`
	Scopes List[string] `json:"scopes" doc:"Those that there are"`
}

// NewToken is a token to be made.
type NewToken struct {
	Name      string       `json:"name" maxLength:"100"`
	Scopes    List[string] `json:"scopes"`
	Days      int          `json:"days" doc:"Until it ends, 1 to 730"`
	PerMinute int          `json:"per_minute,omitempty" doc:"Requests a minute on each instance; 600 when it is left out"`
}

// MadeToken shows the secret, this once.
type MadeToken struct {
	Token  Token  `json:"token"`
	Secret string `json:"secret" doc:"For Authorization: Bearer; it is not shown again"`
}
