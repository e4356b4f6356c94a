package org.fairlock.agent;

/** The agent's one call. What goes in and what comes out is canonical CBOR: docs/agent.cddl. */
final class Native {
    static {
        System.loadLibrary("fairlock_agent_ffi");
    }

    private Native() {}

    /** Version of the bytes. */
    static native int version();

    /** One event. Null when the input is, or while another thread's call is under way. */
    static native byte[] step(byte[] input);
}
