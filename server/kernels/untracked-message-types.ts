/**
 * Messages that say nothing of what a person does, so that a kernel asked for its info is not busy. Lab gets the same
 * list in its page configuration (contract §3.5).
 */
export const untrackedMessageTypes: readonly string[] = [
  ...['comm_info_request', 'comm_info_reply', 'kernel_info_request', 'kernel_info_reply'],
  ...['shutdown_request', 'shutdown_reply', 'interrupt_request', 'interrupt_reply'],
  ...['debug_request', 'debug_reply', 'stream', 'display_data', 'update_display_data', 'execute_input'],
  ...['execute_result', 'error', 'status', 'clear_output', 'debug_event', 'input_request', 'input_reply'],
];
